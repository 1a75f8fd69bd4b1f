/** How AWS is reached: connection options, clients, credentials, transport, error table, packing. */
package io.camelsegment.aws;
