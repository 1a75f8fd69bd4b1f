/**
 * The deployable collector: reads the configuration, refuses it with one line for each mistake, and builds the routes. It
 * holds wiring only.
 */
package io.camelsegment.app;
