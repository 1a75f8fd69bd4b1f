/** Remembers messageIds and deliveries, so that a repeated request duplicates nothing. */
package io.camelsegment.memory;
