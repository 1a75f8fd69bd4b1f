/** The collector under plain Camel Main, with its route in YAML. */
package io.camelsegment.example;
