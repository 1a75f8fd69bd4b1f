/** What a Quarkus app with camel-segment does when it starts; its build is in the package {@code deployment}. */
package io.camelsegment.quarkus;
