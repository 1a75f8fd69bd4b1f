/** Audiences of Segment Engage as one stream of memberships. */
package io.camelsegment.example.engage;
