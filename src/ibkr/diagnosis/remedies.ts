import type { VerdictName } from '../../domain/incident.ts'

/** For the one who is paged at night: what it is, and which setting or button helps. */
const REMEDIES: Readonly<Record<VerdictName, string>> = {
  CLIENT_ID_IN_USE:
    'Another program uses our client id, or the Gateway has not let go of our last ' +
    'connection. Stop the other program, or give the bot another gateway.client_id_base; a ' +
    'lingering id frees itself within two minutes. In Gateway: API > the list of clients ' +
    'shows who is connected.',
  PROTOCOL_ERROR:
    'What came is not the protocol this version speaks: another program listens on this port,' +
    ' or the Gateway was updated. Check gateway.host and gateway.port; if the Gateway is ' +
    'newer than the bot, upgrade the bot. After a halt: look at the orders, then resume.',
  PLANNED_RESTART:
    'Nothing to do: it is an announced restart. If it lasts beyond the window, look at the ' +
    'Gateway; if the window is wrong, change gateway.restart_windows. Once a week it waits ' +
    'for your login.',
  LOCAL_READER_STALLED:
    'The Gateway answers and this process does not read: the machine was asleep or ' +
    'overloaded, or the process stood still. The connection was opened anew. If it comes ' +
    'again, look at CPU, memory and swap of this host, and run the watchdog.',
  LOCAL_WRITER_STALLED:
    'Our requests do not leave this process. The connection was opened anew. If it comes ' +
    'again, restart the bot and look at a firewall or proxy on this host.',
  NETWORK_BLACKHOLE:
    'Packets between this host and the Gateway are lost or late. Check the network, VPN and ' +
    'firewall between them; best is a Gateway on the same host.',
  GATEWAY_HUNG:
    'The Gateway holds the connection and answers nothing. Restart it; configure ' +
    'gateway.restart_command so that the bot can. {session}: only our session, and a new one ' +
    'helps.',
  GATEWAY_DOWN:
    'Nobody listens, or the Gateway closed the connection. Start the Gateway and log in; in ' +
    'Configure > Settings > API enable socket clients, the port, and 127.0.0.1 as a trusted ' +
    'address.',
  IBKR_LINK_DOWN:
    'The Gateway lost IBKR, or one of its data farms. Check the internet connection and the ' +
    'system status page of IBKR; it comes back by itself. Orders that rest at the exchange go' +
    ' on.',
  HMDS_DOWN:
    "IBKR's historical data service is away. It comes back by itself; if not in an hour, " +
    'restart the Gateway.',
  HMDS_IDLE:
    'The historical data service sleeps and did not wake when it was asked. Restart the ' +
    'Gateway if it lasts.',
  DATA_RIGHTS:
    'No live data: another session of this login took it (log it out of TWS, mobile and the ' +
    'web), or a subscription is missing (Client Portal > Settings > Market Data ' +
    'Subscriptions: the symbol, and for options OPRA). For a paper account share the data of ' +
    'the live account.',
  READ_ONLY:
    'The Gateway refuses orders: switch Configure > Settings > API > Read-Only API off. Exits' +
    ' are refused too, so look after open positions by hand until then.',
  ORDERS_DEAD:
    'Orders are not answered while data is: look for a dialog that waits in TWS or the ' +
    'Gateway, and in Precautions switch on "Bypass Order Precautions for API orders". Nothing' +
    ' was sent twice.',
  NO_DATA_EXPECTED: 'Nothing to do: the market is closed, or the instrument is halted.',
  PACING:
    "IBKR's limits are used up, by us or by another client of this login. Stop the other " +
    'client; fewer symbols or a longer schedule.interval if it is us.',
  TICKER_LINES_EXHAUSTED:
    'Every market-data line of the login is taken. Close quotes in TWS and other API clients;' +
    ' the bot needs 90 of 100. More lines: quote boosters in the Client Portal.',
  REPLY_UNMATCHED:
    'Answers came under ids that nobody asked with. It is a defect of the bot or of the ' +
    'Gateway: keep the log and the journal, restart both, and report it.',
  SESSION_HIST_WEDGED:
    'Our session gets no data while another one does. It was opened anew; if it comes again, ' +
    'restart the Gateway.',
  GATEWAY_HIST_WEDGED:
    'The Gateway gives data to nobody although it says that its farms are fine. Restart it; ' +
    'configure gateway.restart_command so that the bot can.',
  UNDETERMINED:
    'The evidence does not decide. What is left and what would decide stands above; if it ' +
    'lasts, restart the Gateway, then the bot, and keep the log.',
}

export function remedyOf(verdict: VerdictName): string {
  return REMEDIES[verdict]
}
