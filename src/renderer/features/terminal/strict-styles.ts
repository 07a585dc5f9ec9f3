/*
 * xterm writes rules as the text of style elements and colours as style attributes. The content security policy of the
 * page refuses both, because that is how injected text would do it; the object model of style sheets, which only a script
 * can use, it allows. So what xterm writes is handed over to that. Nothing else in the page makes style elements or style
 * attributes in a script, for the policy would refuse those as well.
 */

let isDone = false

/** Lets xterm write its styles. Before the first terminal is made; once is enough. */
export function allowTerminalStyles(): void {
  if (isDone) return
  isDone = true
  const create = document.createElement.bind(document)
  const createElement = (name: string, options?: ElementCreationOptions) =>
    name === 'style' ? adopting(create('template')) : create(name, options)
  document.createElement = createElement as typeof document.createElement
  const { setAttribute } = Element.prototype
  HTMLSpanElement.prototype.setAttribute = function (name, value) {
    if (name === 'style') this.style.cssText = value
    else setAttribute.call(this, name, value)
  }
}

/**
 * Makes the text of an element a style sheet of the document, for as long as it is there. It is no style element: even an
 * empty one is refused where it is put in.
 */
function adopting(element: HTMLElement): HTMLElement {
  const sheet = new CSSStyleSheet()
  document.adoptedStyleSheets.push(sheet)
  Object.defineProperty(element, 'textContent', { set: (rules: string) => sheet.replaceSync(rules) })
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet)
    Element.prototype.remove.call(element)
  }
  return element
}
