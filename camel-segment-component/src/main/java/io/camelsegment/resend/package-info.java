/**
 * What is remembered of requests that were not answered with 200, so that their repetition doubles nothing; and the set of keys that
 * remembers this and delivered messageIds.
 */
package io.camelsegment.resend;
