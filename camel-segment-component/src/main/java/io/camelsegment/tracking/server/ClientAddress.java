package io.camelsegment.tracking.server;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Writes senders' IP addresses as text. */
public final class ClientAddress {

    private static final int KEPT_IPV4_BYTES = 3;
    private static final int KEPT_IPV6_BYTES = 6;

    private ClientAddress() {}

    /**
     * Returns an address in the form of RFC 5952, without a zone. An IPv6 address that maps an IPv4 address becomes
     * IPv4.
     *
     * @param address    an IP address as text; null when there is none
     * @param anonymized whether the last octet of an IPv4 address or the last 80 bits of an IPv6 address become 0
     * @return null when the text is null or no address
     */
    public static String text(String address, boolean anonymized) {
        byte[] bytes = address == null ? null : NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            return null;
        }
        try {
            InetAddress parsed = InetAddress.getByAddress(bytes);
            if (anonymized) {
                byte[] kept = parsed.getAddress();
                Arrays.fill(kept, kept.length == 4 ? KEPT_IPV4_BYTES : KEPT_IPV6_BYTES, kept.length, (byte) 0);
                parsed = InetAddress.getByAddress(kept);
            }
            return NetUtil.toAddressString(parsed);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
