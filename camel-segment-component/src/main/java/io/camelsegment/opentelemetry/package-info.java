/** Makes spans by the API of OpenTelemetry, which no other package needs. */
package io.camelsegment.opentelemetry;
