/** What a code on an order means at the broker. */
export interface OrderCode {
  readonly text: string
  /** What becomes of a new order: refused, or it lives and works all the same; null: never said. */
  readonly onNew: 'refused' | 'lives' | null
}

/** The codes of fault F48. Texts as far as they are known from live Gateways. */
export const ORDER_CODES: Readonly<Record<number, OrderCode>> = {
  103: { text: 'Duplicate order id', onNew: 'refused' },
  104: { text: "Can't modify a filled order", onNew: null },
  105: { text: 'Order being modified does not match original order', onNew: null },
  106: { text: "Can't transmit order ID:", onNew: 'refused' },
  107: { text: 'Cannot transmit incomplete order', onNew: 'refused' },
  109: { text: 'Price is out of the range defined by the Percentage setting', onNew: 'refused' },
  110: {
    text: 'The price does not conform to the minimum price variation for this contract.',
    onNew: 'refused',
  },
  135: { text: "Can't find order with id =", onNew: 'lives' },
  163: {
    text: 'The price specified would violate the percentage constraint specified in the presets',
    onNew: 'refused',
  },
  200: { text: 'No security definition has been found for the request', onNew: 'refused' },
  201: { text: 'Order rejected - reason:The exchange is closed', onNew: 'refused' },
  203: { text: 'The security is not available or allowed for this account', onNew: 'refused' },
  321: { text: "Error validating request.-'bP' : cause - Read-Only API", onNew: 'refused' },
  354: { text: 'Requested market data is not subscribed.', onNew: 'lives' },
  382: { text: 'The order size exceeds the size limit of the presets', onNew: 'refused' },
  383: { text: 'The order value exceeds the value limit of the presets', onNew: 'refused' },
  388: { text: 'Order size is smaller than the minimum requirement.', onNew: 'refused' },
  399: {
    text: 'Order Message: your order will not be placed at the exchange until the open',
    onNew: 'lives',
  },
  404: { text: 'Order held while securities are located.', onNew: 'lives' },
  434: { text: 'The order size cannot be zero', onNew: 'refused' },
  460: { text: 'No trading permissions', onNew: 'refused' },
  463: { text: 'not known', onNew: 'refused' },
  10006: { text: 'Missing parent order', onNew: 'refused' },
  10311: { text: 'This order will be directly routed', onNew: 'lives' },
  10318: { text: 'not known', onNew: 'lives' },
  10349: { text: 'Order TIF was set to DAY based on order preset.', onNew: 'lives' },
  // Nobody knows it.
  18_888: { text: 'a code that is in no table', onNew: 'lives' },
}
