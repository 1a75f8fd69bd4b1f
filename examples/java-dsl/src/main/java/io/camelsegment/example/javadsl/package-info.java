/** A collector whose routes are in Java. */
package io.camelsegment.example.javadsl;
