const id = 'floating'

/** Where menus are drawn: inside the main landmark, so that they are part of it for those who navigate by landmarks. */
export const FloatingPlace = () => <div id={id} />

export const floatingPlace = (): HTMLElement | null => document.getElementById(id)
