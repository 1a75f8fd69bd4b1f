/** The steps that Quarkus takes when it builds an app with camel-segment. */
package io.camelsegment.quarkus.deployment;
