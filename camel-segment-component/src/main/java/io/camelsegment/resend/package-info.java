/** What is remembered of requests that were not answered with 200, so that their repetition doubles nothing. */
package io.camelsegment.resend;
