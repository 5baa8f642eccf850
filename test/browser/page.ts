import { freshPage } from '../../scripts/page.mjs'

/** Before the browser tests: the page is built of the sources of now. */
export default function build(): void {
  freshPage()
}
