/** What routes import: header names and the type converters of an event. */
package io.camelsegment;
