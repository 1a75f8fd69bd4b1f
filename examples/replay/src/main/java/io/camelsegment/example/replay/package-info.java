/** Delivers events again that lie in files. */
package io.camelsegment.example.replay;
