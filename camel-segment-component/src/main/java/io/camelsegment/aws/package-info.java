/** What the two sinks share: the way to AWS (credentials, clients, error codes) and the way from an Exchange to a record. */
package io.camelsegment.aws;
