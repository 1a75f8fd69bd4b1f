/** The deployable collector: starts it, or a command, and wires its parts. */
package io.camelsegment.app;
