/** Reads the settings and refuses them with one line for each mistake. */
package io.camelsegment.app.settings;
