/** An HTTP client for AWS's batch calls: endpoints, signatures, bodies, connections. */
package io.camelsegment.aws.client;
