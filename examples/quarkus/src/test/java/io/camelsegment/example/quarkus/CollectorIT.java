package io.camelsegment.example.quarkus;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same on the native binary, with -Dnative. */
@QuarkusIntegrationTest
class CollectorIT extends CollectorTest {}
