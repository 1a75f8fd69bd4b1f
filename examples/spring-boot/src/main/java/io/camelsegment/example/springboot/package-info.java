/** A collector in a Spring Boot app. */
package io.camelsegment.example.springboot;
