/**
 * A sink for a service that is none of AWS's streams, to show what adding one takes: this package and one line of
 * registration.
 */
package io.camelsegment.thirdsink;
