package io.camelsegment.localaws;

import java.time.Instant;

/**
 * Who makes a call.
 *
 * @param arn a user's ARN or an assumed role session's
 * @param userId what IAM shows as {@code UserId}
 * @param session the session, or null for a caller with static keys
 */
record Principal(String arn, String userId, Session session) {

    /**
     * The temporary credentials of an assumed role.
     *
     * @param expiration from when on they are refused
     */
    record Session(String accessKeyId, String secretAccessKey, String token, Instant expiration) {
        @Override
        public String toString() {
            return "Session[" + accessKeyId + ", expires " + expiration + "]";
        }
    }
}
