/**
 * The doctor: tells of each destination whether AWS lets it deliver, and what to mend. It sends no event and changes nothing.
 */
package io.camelsegment.app.doctor;
