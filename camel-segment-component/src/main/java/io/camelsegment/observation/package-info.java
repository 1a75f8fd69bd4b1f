/** Tells whoever looks, such as a page for people, what becomes of single events. It is free while nobody does. */
package io.camelsegment.observation;
