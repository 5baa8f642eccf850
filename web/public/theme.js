// Before the first paint, so that a chosen theme does not flash; a file, as the policy wants it.
const chosen = localStorage.getItem('theme')
if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
