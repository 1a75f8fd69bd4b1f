/** Benchmarks of the product's hot pieces (JMH). */
package io.camelsegment.benchmarks;
