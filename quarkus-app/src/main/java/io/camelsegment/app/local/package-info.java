/** Local mode: a stand-in for AWS in the app's own process, with the streams and roles that the routes name. */
package io.camelsegment.app.local;
