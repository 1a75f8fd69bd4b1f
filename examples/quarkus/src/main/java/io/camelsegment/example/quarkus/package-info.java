/** An app of a user's own. */
package io.camelsegment.example.quarkus;
