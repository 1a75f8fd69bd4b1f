/** The components as users run them. */
package io.camelsegment.runtimes;
