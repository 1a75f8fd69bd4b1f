/**
 * The routes that the settings stand for, from each source to its destinations, and those that users put beside the
 * app.
 */
package io.camelsegment.app.routes;
