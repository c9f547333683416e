// A PUBLIC TEST KEY, like those of the boards: it is in every copy of this repository and protects nothing.

/** An ECDSA P-256 key that no board trusts, for forgeries that change the signature scheme. */
export const STRANGER_EC = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPRwT/mwPHYnvSMUa
alEW2yTOfy8QmOtp52GwjxDGN5KhRANCAARahbwK/Txy4P91odBewqmx6PoesOGR
s9Oqw++uu+PvxeWnB5Vve9TNM76iFK7+u626v7/q+lraP8GUrRRvCKh3
-----END PRIVATE KEY-----
`;
