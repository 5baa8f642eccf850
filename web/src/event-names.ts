/** What is journaled, by the name that a person has for it; the journal's own stands in the title. */
const NAMES: Readonly<Record<string, string>> = {
  RunStarted: 'Start',
  DayOpened: 'Day',
  BaselineChecked: 'Day',
  AccountObserved: 'Account',
  CycleEnded: 'Decision',
  EntryApproved: 'Entry',
  EntryRefused: 'Refused',
  OrderIntended: 'Order',
  ChildResent: 'Order',
  CancelIntended: 'Cancel',
  ReplaceIntended: 'Change',
  OrderMoved: 'Order',
  OrderFilled: 'Fill',
  CommissionReported: 'Commission',
  PlanChanged: 'Exits',
  StopPassed: 'Stop',
  StopRecovered: 'Stop',
  ExitTriggered: 'Exit',
  PositionAdjusted: 'Position',
  ForeignOrderSeen: 'Foreign',
  ForeignOrderGone: 'Foreign',
  IncidentOpened: 'Incident',
  IncidentUpdated: 'Incident',
  IncidentEnded: 'Incident',
  ClockSetBack: 'Clock',
  LinkChanged: 'Link',
  OperatorCommanded: 'Command',
  FlattenDeferred: 'Waits',
  GateSet: 'Gate set',
  GateCleared: 'Gate cleared',
  TradingStateChanged: 'Level',
}

/** Of a newer bot: its words, with blanks between. */
export function eventName(type: string): string {
  return NAMES[type] ?? type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
}

/** Each minute has them, and each stands elsewhere: the last decision, the account. */
const EVERYDAY: ReadonlySet<string> = new Set([
  'AccountObserved',
  'CycleEnded',
  'CommissionReported',
])

export const isEveryday = (type: string) => EVERYDAY.has(type)
export const EVENTFUL = Object.keys(NAMES).filter((type) => !EVERYDAY.has(type))

/** What is searched for, and the events that it means. */
export const EVENT_GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['Decisions', ['CycleEnded']],
  ['Entries and refusals', ['EntryApproved', 'EntryRefused']],
  ['Fills and commissions', ['OrderFilled', 'CommissionReported']],
  [
    'Orders',
    [
      'OrderIntended',
      'OrderMoved',
      'ReplaceIntended',
      'CancelIntended',
      'ChildResent',
      'OrderFilled',
    ],
  ],
  ['Exits and stops', ['PlanChanged', 'StopPassed', 'StopRecovered', 'ExitTriggered']],
  ['Level and commands', ['OperatorCommanded', 'TradingStateChanged', 'FlattenDeferred']],
  ['Gates', ['GateSet', 'GateCleared']],
  [
    'Gateway and incidents',
    ['LinkChanged', 'IncidentOpened', 'IncidentUpdated', 'IncidentEnded', 'ClockSetBack'],
  ],
  ['Account and day', ['AccountObserved', 'DayOpened', 'BaselineChecked', 'RunStarted']],
  ['Positions and foreign orders', ['PositionAdjusted', 'ForeignOrderSeen', 'ForeignOrderGone']],
]
