/** JMH benchmarks of the product's hot code. */
package io.camelsegment.benchmarks;
