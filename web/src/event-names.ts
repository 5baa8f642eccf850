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

/** What a person wants to know of, of all that is journaled: what was opened, closed, stopped. */
export const EVENTFUL = [
  'RunStarted',
  'EntryApproved',
  'EntryRefused',
  'OrderFilled',
  'ExitTriggered',
  'StopPassed',
  'PositionAdjusted',
  'ForeignOrderSeen',
  'ForeignOrderGone',
  'IncidentOpened',
  'IncidentEnded',
  'LinkChanged',
  'OperatorCommanded',
  'FlattenDeferred',
  'GateSet',
  'GateCleared',
  'TradingStateChanged',
] as const
const eventful: ReadonlySet<string> = new Set(EVENTFUL)

/** An order that came to a bad end is news, and each of its other steps is not. */
export const isEventful = ({ type, text }: { readonly type: string; readonly text: string }) =>
  eventful.has(type) || (type === 'OrderMoved' && /→ (rejected|denied|unknown)\b/.test(text))

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
