/** What Segment's SDKs send to the tracking API and what they need to be answered, byte by byte over real HTTP. */
package io.camelsegment.contract;
