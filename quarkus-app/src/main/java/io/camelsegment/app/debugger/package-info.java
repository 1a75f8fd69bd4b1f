/** The debugger page on the management port: what came in, where it went, and how the app is set up. */
package io.camelsegment.app.debugger;
