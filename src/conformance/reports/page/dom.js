// What a foreign heap said reaches the page as text nodes and attributes alone, never as markup.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element.
 *
 * @param {string} name
 * @param {Readonly<Record<string, string>>} [attributes]
 * @param {readonly (Node | string)[]} [children]
 */
export const element = (name, attributes = {}, children = []) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

/**
 * Makes an element of a picture.
 *
 * @param {string} name
 * @param {Readonly<Record<string, string | number>>} attributes
 */
export const shape = (name, attributes) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
};

/**
 * Makes a small picture for a button, which has its name elsewhere.
 *
 * @param {string} path
 */
export const icon = (path) => {
  const picture = shape('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' });
  picture.append(shape('path', { d: path }));
  return picture;
};
