import { pageBus } from 'trolleybus/core';
import type { CoreBus } from 'trolleybus';
import { inner } from '../core/inner.js';
import { startHtml } from './start.js';

/**
 * Plain HTML on the bus, without a script of one's own. In a module: `start()`; in a page without any:
 * `<script src="trolleybus.iife.min.js" data-start></script>`.
 *
 * Publish: `data-bus-publish="topic"` on click; on submit of a form, which is not sent; on input into a field; or on the
 * events that `data-bus-on="focus change"` names. The data are
 * - `data-bus-data='{"sku":"emma"}'`, JSON, or `data-bus-data=".sku"`, of the item of the template around it;
 * - else the values of the form that it is or is in, the value of the field, or name and value of the button;
 * - else `detail` of a CustomEvent.
 *
 * Show: `data-bus-text="topic path"`, `data-bus-attr-NAME="topic path"`, `data-bus-class-NAME="topic path"` (while it is
 * true) and `<template data-bus-template="topic path" data-bus-key="path">` (a clone for each item of an array, else one
 * unless it is null or false) show the last event of a topic or pattern, the retained one at first. The path names
 * properties, joined by dots; `!` before it is the opposite; without it, all of the data. In a template `.path` is of the
 * item, `.` the item itself. `data-bus-initial` is JSON to begin with, `data-bus-format` says how text is written:
 * `number`, `percent`, `currency EUR`, `minor EUR`, `date`, `time`, `datetime`. Or `<bus-topic name path format>`.
 *
 * Data become text, never HTML or code: what could run it (`on...`, `style`, `srcdoc`, `javascript:`, scripts, frames) is
 * refused. Each mistake is an error on the console, once for an element, and breaks nothing else.
 *
 * @param root where attributes count: the document when left out; a shadow root is one of its own.
 * @param bus the bus of the page when left out.
 * @returns what ends it and takes its subscriptions away. On a server nothing happens.
 * @throws OptionError for what is no node or no bus, such as the `null` of a selector that finds nothing.
 */
export function start(root?: Node, bus?: CoreBus<any>): () => void {
  if (typeof document === 'undefined') return () => {};
  return startHtml(root === undefined ? document : inner.check('root', 'root', root), bus === undefined ? pageBus() : inner.bus(bus));
}
