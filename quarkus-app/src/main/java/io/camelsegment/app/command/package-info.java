/** The commands that look at settings, mapping and streams, and those that send events; each is a class. */
package io.camelsegment.app.command;
