/**
 * Setting up AWS: the doctor examines whether AWS lets each destination deliver, and {@code iam-policy} prints the
 * policies that let it. Neither sends an event nor changes anything.
 */
package io.camelsegment.app.setup;
