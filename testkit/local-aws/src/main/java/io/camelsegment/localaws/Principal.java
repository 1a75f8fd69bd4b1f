package io.camelsegment.localaws;

import java.time.Instant;

/**
 * The caller of an action.
 *
 * @param arn a user's ARN or an assumed role session's
 * @param userId IAM's {@code UserId}
 * @param role the session's role, as it was when it was assumed; null for a caller with static keys
 * @param session the session, or null for a caller with static keys
 */
record Principal(String arn, String userId, Role role, Session session) {

    String partition() {
        return Arns.partitionOf(arn);
    }

    String accountId() {
        return Arns.accountOf(arn);
    }

    /** Whether permission policies are enforced on this caller; one with static keys is an administrator. */
    boolean isRestricted() {
        return role != null && role.isRestricted();
    }

    /** This principal with an expired session. */
    Principal expiredAt(Instant time) {
        return new Principal(
                arn,
                userId,
                role,
                new Session(session.accessKeyId(), session.secretAccessKey(), session.token(), time));
    }

    /**
     * The temporary credentials of an assumed role.
     *
     * @param expiration the time from which they are refused
     */
    record Session(String accessKeyId, String secretAccessKey, String token, Instant expiration) {
        @Override
        public String toString() {
            return "Session[" + accessKeyId + ", expires " + expiration + "]";
        }
    }
}
