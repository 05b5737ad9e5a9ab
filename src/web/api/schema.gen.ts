// Written by scripts/generate-api.ts: do not edit.

export interface paths {
    "/api/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job and its progress */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask a job to stop */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log, its keys and newest checkpoints */
        get: operations["getLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest checkpoint (C2SP tlog-checkpoint) */
        get: operations["getCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/tile/{*}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile or entry bundle (C2SP tlog-tiles) */
        get: operations["getTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/proof/inclusion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** That a leaf is in the tree */
        get: operations["getInclusionProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/proof/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** That a tree only grew */
        get: operations["getConsistencyProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries of the log */
        get: operations["listEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/entries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entry, what it commits to, and its proof */
        get: operations["getEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what */
        get: operations["listActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activity/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One activity: what it changed, and whether it is still what was recorded */
        get: operations["getActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activity/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The activity that the filters leave, as CSV or JSON Lines */
        get: operations["exportActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activity/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The activity after a cursor, oldest first, as JSON Lines of OCSF 1.3.0 events: for a SIEM */
        get: operations["followActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Snapshots of the sources */
        get: operations["listSnapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/snapshots/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One snapshot: where it came from and what used it */
        get: operations["getSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/snapshots/{id}/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Raw records of a snapshot */
        get: operations["listRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/snapshots/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A snapshot as canonical JSON Lines */
        get: operations["downloadSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Documents filed as evidence */
        get: operations["listDocuments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/documents/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A filed document */
        get: operations["downloadDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/frameworks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A framework and its criteria */
        get: operations["getFramework"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/organisation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The organisation */
        get: operations["getOrganisation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scope": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Categories and period in scope */
        get: operations["getScope"];
        /** Change the scope */
        put: operations["changeScope"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in, where, and what they may do */
        get: operations["getSession"];
        put?: never;
        /** Sign in with a password */
        post: operations["signIn"];
        /** Sign out */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with a one-time link */
        post: operations["signInByLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/organisation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Work in another of your organisations */
        put: operations["chooseOrganisation"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where you are signed in */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /** End all your sessions but this one */
        delete: operations["endOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of your sessions */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change your name */
        patch: operations["changeAccount"];
        trace?: never;
    };
    "/api/v1/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change your password; your other sessions end */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/set-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Become the first owner, by the link that the first start shows */
        post: operations["setUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/join/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an invitation says */
        post: operations["lookAtInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept an invitation */
        post: operations["join"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who belongs to the organisation */
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take somebody out of the organisation */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        /** Change a member's role */
        patch: operations["changeMember"];
        trace?: never;
    };
    "/api/v1/membership": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Leave the organisation */
        delete: operations["leave"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is invited */
        get: operations["listInvitations"];
        put?: never;
        /** Invite somebody; the answer holds the link, once */
        post: operations["invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{id}/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mail an invitation again, with a new link in place of the one before; the answer holds it, once */
        post: operations["sendInvitationAgain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take an invitation back */
        delete: operations["revokeInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/organisations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make another organisation, as its owner, and work in it */
        post: operations["makeOrganisation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Keys for programs */
        get: operations["listKeys"];
        put?: never;
        /** Make a key; the answer holds it, once */
        post: operations["makeKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a key at once */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Roles and what they may do */
        get: operations["listRoles"];
        put?: never;
        /** Make a role of the organisation’s own, within what one may do oneself */
        post: operations["makeRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a role that nobody has */
        delete: operations["removeRole"];
        options?: never;
        head?: never;
        /** Change what a role of the organisation’s own may do, at once */
        patch: operations["changeRole"];
        trace?: never;
    };
    "/api/v1/session/mailed-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have a sign-in link mailed to you; the answer is the same for an address that nobody has */
        post: operations["mailSignInLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/mailed-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have a link mailed to you that sets a new password; the answer is the same for an address that nobody has */
        post: operations["mailPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a new password by a mailed link, and sign in; all other sessions end */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages to people, and what became of them */
        get: operations["listMail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mail/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One message; with what it says in the demo and in development, where nothing is mailed */
        get: operations["getMail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mail/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mail a test message to yourself */
        post: operations["testMail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mail/{id}/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a message that was not sent once more */
        post: operations["sendMailAgain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mail/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call a message off */
        post: operations["cancelMail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/sso": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Where an address signs in: by its domain alone, whoever has it */
        post: operations["startSignOn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/sso/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Come back from the identity provider, to the browser that was sent there */
        post: operations["completeSignOn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/sso/{id}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Our description for a SAML provider */
        get: operations["getServiceProvider"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Identity providers */
        get: operations["listProviders"];
        put?: never;
        /** Add an identity provider */
        post: operations["addProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/providers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An identity provider */
        get: operations["getProvider"];
        put?: never;
        post?: never;
        /** Remove an identity provider; the sessions that it began end */
        delete: operations["removeProvider"];
        options?: never;
        head?: never;
        /** Change an identity provider; turned off, or another one from now on, the sessions that it began end */
        patch: operations["changeProvider"];
        trace?: never;
    };
    "/api/v1/providers/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask the identity provider whether it is what its settings say */
        post: operations["testProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/providers/{id}/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make the token by which it provisions people (SCIM), in place of an earlier one; shown once */
        post: operations["makeProviderToken"];
        /** End the token by which it provisions people */
        delete: operations["endProviderToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/providers/{id}/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom it sent or provisioned */
        get: operations["listProviderPeople"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/providers/{id}/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its groups, and the roles that they give */
        get: operations["listProviderGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/providers/groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Say which role a group gives */
        patch: operations["changeProviderGroup"];
        trace?: never;
    };
    "/api/v1/sign-in-rule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether members must come by an identity provider */
        get: operations["getSignInRule"];
        /** Say whether members, except owners, must come by an identity provider */
        put: operations["changeSignInRule"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** By what you can show who you are */
        get: operations["getFactors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A key for an authenticator app, which counts once it is confirmed */
        post: operations["beginTotp"];
        /** Remove the authenticator app; your other sessions end */
        delete: operations["removeTotp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/totp/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm the authenticator app by a code that it shows */
        post: operations["confirmTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** New recovery codes in place of the old ones; shown once */
        post: operations["makeRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a browser needs to make a passkey */
        post: operations["beginPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add the passkey that the browser has made */
        post: operations["addPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a passkey; your other sessions end */
        delete: operations["removePasskey"];
        options?: never;
        head?: never;
        /** Give a passkey another name */
        patch: operations["changePasskey"];
        trace?: never;
    };
    "/api/v1/session/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Complete a sign-in by a code of the authenticator app, or a recovery code */
        post: operations["giveSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a browser needs to let somebody choose a passkey */
        get: operations["askForPasskey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with a passkey */
        post: operations["signInByPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show again who you are, by password, code or passkey: for what answers sign_in_again */
        post: operations["showAgain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How members must sign in */
        get: operations["getSignInRules"];
        /** Decide how members must sign in */
        put: operations["changeSignInRules"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/controls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every control and its status */
        get: operations["listControls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/controls/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One control */
        get: operations["getControl"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Say whether a control operates, applies, and who owns it */
        patch: operations["changeControl"];
        trace?: never;
    };
    "/api/v1/connectors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kinds of sources */
        get: operations["listConnectors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Connected sources */
        get: operations["listConnections"];
        put?: never;
        /** Connect a source */
        post: operations["addConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try settings before they are kept */
        post: operations["testConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/files/folder": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The tables in a folder of the server */
        post: operations["listFolder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/files/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a file holds, a mapping for it, and what is wrong with the mapping */
        post: operations["previewFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One source */
        get: operations["getConnection"];
        put?: never;
        post?: never;
        /** Take a source out of use; its evidence stays */
        delete: operations["removeConnection"];
        options?: never;
        head?: never;
        /** Change a source */
        patch: operations["changeConnection"];
        trace?: never;
    };
    "/api/v1/connections/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A source's runs */
        get: operations["listRuns"];
        put?: never;
        /** Collect now */
        post: operations["runConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When each source was watched and when not */
        get: operations["getMonitoring"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/monitoring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When a source was watched and when not */
        get: operations["getCoverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/explanations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say why there is a gap; it stays a gap */
        post: operations["explainGap"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every check and its newest outcome */
        get: operations["listChecks"];
        put?: never;
        /** Add a check of one’s own; its query is tried first */
        post: operations["addCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checks/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run all checks now */
        post: operations["runChecks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checks/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a query that is no check yet; nothing is kept */
        post: operations["previewNewCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checks/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What checks can look at, with its columns */
        get: operations["listCheckTables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One check */
        get: operations["getCheck"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a check: a new version */
        patch: operations["changeCheck"];
        trace?: never;
    };
    "/api/v1/checks/{id}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go back to the check as shipped */
        post: operations["resetCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checks/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a draft of the SQL; nothing is kept */
        post: operations["previewCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checks/{id}/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest results, by subject */
        get: operations["listResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checks/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A check's runs */
        get: operations["listCheckRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What fails, since when */
        get: operations["listFindings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Except a subject from a check, for a time and a reason */
        post: operations["grantException"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End an exception */
        delete: operations["revokeException"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/packages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Packages that were made */
        get: operations["listPackages"];
        put?: never;
        /** Make a package of a period */
        post: operations["makePackage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/packages/{id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The package, a ZIP file */
        get: operations["downloadPackage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which programs are told what happens, and what can be told */
        get: operations["listWebhooks"];
        put?: never;
        /** Tell a program what happens; the answer holds its secret, once */
        post: operations["addWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One webhook */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /** Remove a webhook with its secret and its deliveries */
        delete: operations["removeWebhook"];
        options?: never;
        head?: never;
        /** Change a webhook, switch it on or off */
        patch: operations["changeWebhook"];
        trace?: never;
    };
    "/api/v1/webhooks/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a webhook a new secret; the answer holds it, once */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test event */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send again all that happened since a time, also what happened while it was off */
        post: operations["replayWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a webhook was sent in the last 30 days */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One delivery: what is sent, each attempt and its answer */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/deliveries/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send an event again, under its id */
        post: operations["replayDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the program stands */
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/aliases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is stored as aliases */
        get: operations["getAliases"];
        put?: never;
        /** The aliases of values, made where there are none: always the same for the same value */
        post: operations["makeAliases"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/aliases/setting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say what is stored as aliases from the next collection on; every source is collected again */
        put: operations["changeAliasSetting"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/aliases/reveal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What aliases stand for; each is recorded */
        post: operations["revealAliases"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/aliases/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Erase a person’s values for good, with every uploaded original */
        post: operations["erasePerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** File a document as evidence for a control (multipart: the fields, then `file`) */
        post: operations["addDocument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/files/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Upload a table for a files connection (multipart: `file`) */
        post: operations["uploadFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Push records to a connection as JSON Lines: one run with one snapshot, all of it or none */
        post: operations["pushRecords"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "scope.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The scope or the period was decided. */
        post: operations["event:scope.changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "framework.adopted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The criteria of a framework were taken up as they are. */
        post: operations["event:framework.adopted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "control.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A control was changed. */
        post: operations["event:control.changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "check.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A check was changed, switched on or off. */
        post: operations["event:check.changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "connection.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A source was added, changed or taken out of use. */
        post: operations["event:connection.changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "collection.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A source was collected. */
        post: operations["event:collection.completed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "collection.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A source could not be collected. */
        post: operations["event:collection.failed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "gap.explained": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Somebody explained a gap in monitoring. */
        post: operations["event:gap.explained"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "checks.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** All checks were run. */
        post: operations["event:checks.completed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "exception.granted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A subject was excepted from a check until a date. */
        post: operations["event:exception.granted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "exception.revoked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An exception was ended. */
        post: operations["event:exception.revoked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "document.filed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A document was filed as evidence. */
        post: operations["event:document.filed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "member.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Somebody joined, left or was given another role. */
        post: operations["event:member.changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "key.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A key for a program was made or ended. */
        post: operations["event:key.changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "access_rule.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the organisation requires of its members’ sign-ins was changed. */
        post: operations["event:access_rule.changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "role.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A role of the organisation’s own was made, changed or removed. */
        post: operations["event:role.changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "person.erased": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A person’s values were erased: aliases lead to nobody any more. */
        post: operations["event:person.erased"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ledger.key_rotated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The ledger’s signing key was replaced. */
        post: operations["event:ledger.key_rotated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "package.exported": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A report package was made. */
        post: operations["event:package.exported"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "findings.opened": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Subjects began to fail a check: one event for each check of a run. */
        post: operations["event:findings.opened"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "findings.resolved": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Subjects no longer fail a check: one event for each check of a run. */
        post: operations["event:findings.resolved"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Somebody asked for a test. */
        post: operations["event:webhook.test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        ActivityChange: {
            table: string;
            subject: string;
            /** @enum {string} */
            verb: "insert" | "update" | "delete";
            before: {
                [key: string]: components["schemas"]["Json"];
            } | null;
            after: {
                [key: string]: components["schemas"]["Json"];
            } | null;
        };
        ActivityDetail: {
            id: number;
            /** Format: date-time */
            time: string;
            /** @description `user:<id>`, `operator`, `system` or `anonymous`. */
            actor: string;
            /** @description The name that the user has now. */
            actor_name: string | null;
            /** @description The API's operationId, a kind of job, or a command. */
            operation: string;
            /** @enum {string} */
            outcome: "done" | "refused" | "failed";
            subject_kind: string;
            /** @description The id of the record; empty when it was about none. */
            subject: string;
            address: string | null;
            agent: string | null;
            session: string | null;
            /** @description How many rows it changed. */
            changes: number;
            ledger_entry_id: number;
            changed: components["schemas"]["ActivityChange"][];
            proof: {
                /**
                 * @description `holds`: entry and changes are what their leaf commits to, and the leaf has its place in the tree. `waiting`: it has none yet. `altered`: they are not.
                 * @enum {string}
                 */
                state: "holds" | "waiting" | "altered";
                /** @description The place of its leaf in the tree. */
                index: number | null;
                digest: string;
            };
        };
        ActivityEntry: {
            id: number;
            /** Format: date-time */
            time: string;
            /** @description `user:<id>`, `operator`, `system` or `anonymous`. */
            actor: string;
            /** @description The name that the user has now. */
            actor_name: string | null;
            /** @description The API's operationId, a kind of job, or a command. */
            operation: string;
            /** @enum {string} */
            outcome: "done" | "refused" | "failed";
            subject_kind: string;
            /** @description The id of the record; empty when it was about none. */
            subject: string;
            address: string | null;
            agent: string | null;
            session: string | null;
            /** @description How many rows it changed. */
            changes: number;
            ledger_entry_id: number;
        };
        AliasSettingInput: {
            /** @description What is stored as aliases, from the next collection on. */
            kinds: ("name" | "email" | "address" | "phone" | "government_id")[];
            /** @description Addresses of programs, stored as they are. */
            programs: string[];
            /** @description Of addresses outside of these the domain is hidden too. Empty: every domain is kept. */
            domains: string[];
        };
        AliasSettingShown: {
            /** @description What is stored as aliases, from the next collection on. */
            kinds: ("name" | "email" | "address" | "phone" | "government_id")[];
            programs: string[];
            /** @description Of addresses outside of these the domain is hidden too. Empty: every domain is kept. */
            domains: string[];
        };
        Aliases: {
            setting: components["schemas"]["AliasSettingShown"];
            /** @description Values that are kept sealed, by kind. */
            counts: {
                [key: string]: number;
            };
            /** @description Uploaded originals that are kept, encrypted. */
            uploads: number;
            /** @description Snapshots that hold personal fields as they came, from before aliases. */
            plain_snapshots: number;
            /** @description Fields that hold such values, in the resources that sources can give. User names count where they are addresses. */
            fields: {
                resource: string;
                title: string;
                fields: string[];
            }[];
        };
        Check: {
            id: string;
            title: string;
            description: string;
            subject: string;
            /** @description The part of the id before the point: git, postgres, host, people. */
            source: string;
            /** @enum {string} */
            severity: "low" | "medium" | "high" | "critical";
            controls: string[];
            enabled: boolean;
            /** @description Differs from the check that came with this version of Vouch. */
            edited: boolean;
            /** @description Written by the organisation: no version of Vouch ships it. */
            own: boolean;
            version: string;
            latest: {
                /** Format: date-time */
                as_of: string;
                /** @enum {string} */
                outcome: "pass" | "fail" | "unknown" | "not_applicable";
                outcome_reason: string;
                passed: number;
                failed: number;
                unknown: number;
                not_applicable: number;
            } | null;
            /** @description Up to 60 runs, oldest first: the history strip. */
            history: {
                /** Format: date-time */
                as_of: string;
                /** @enum {string} */
                outcome: "pass" | "fail" | "unknown" | "not_applicable";
            }[];
            open_findings: number;
            sql: string;
            resources: string[];
            optional_resources: string[];
            parameters: {
                name: string;
                type: string;
                description: string;
                default: string | number | boolean;
                value: string | number | boolean;
            }[];
            remediation: string;
            fresh_for_hours: number;
            latest_run: components["schemas"]["CheckRun"] | null;
            tables: {
                table: string;
                resource: string;
                columns: {
                    name: string;
                    type: string;
                    description: string;
                }[];
            }[];
        };
        CheckPreview: {
            ok: boolean;
            error: string | null;
            passed: number;
            failed: number;
            unknown: number;
            not_applicable: number;
            /** @description The first 200. */
            rows: {
                subject_id: string;
                /** @enum {string} */
                status: "pass" | "fail" | "unknown" | "not_applicable";
                reason: string;
                columns: {
                    [key: string]: components["schemas"]["Json"];
                };
            }[];
            duration_ms: number;
        };
        CheckResult: {
            subject_id: string;
            /** @enum {string} */
            status: "pass" | "fail" | "unknown" | "not_applicable";
            reason: string;
            columns: {
                [key: string]: components["schemas"]["Json"];
            };
            excepted: boolean;
        };
        CheckRun: {
            /** Format: uuid */
            batch_id: string;
            check_id: string;
            version: string;
            /** Format: date-time */
            as_of: string;
            /** @enum {string} */
            outcome: "pass" | "fail" | "unknown" | "not_applicable";
            outcome_reason: string;
            passed: number;
            failed: number;
            unknown: number;
            not_applicable: number;
            parameters: {
                [key: string]: string | number | boolean;
            };
            inputs: {
                resource: string;
                connection: string;
                /** Format: uuid */
                snapshot_id: string;
                content: string;
                records: number;
                complete: boolean;
            }[];
            results: string | null;
            error: string | null;
            duration_ms: number;
            ledger_entry_id: number;
        };
        CheckSummary: {
            id: string;
            title: string;
            description: string;
            subject: string;
            /** @description The part of the id before the point: git, postgres, host, people. */
            source: string;
            /** @enum {string} */
            severity: "low" | "medium" | "high" | "critical";
            controls: string[];
            enabled: boolean;
            /** @description Differs from the check that came with this version of Vouch. */
            edited: boolean;
            /** @description Written by the organisation: no version of Vouch ships it. */
            own: boolean;
            version: string;
            latest: {
                /** Format: date-time */
                as_of: string;
                /** @enum {string} */
                outcome: "pass" | "fail" | "unknown" | "not_applicable";
                outcome_reason: string;
                passed: number;
                failed: number;
                unknown: number;
                not_applicable: number;
            } | null;
            /** @description Up to 60 runs, oldest first: the history strip. */
            history: {
                /** Format: date-time */
                as_of: string;
                /** @enum {string} */
                outcome: "pass" | "fail" | "unknown" | "not_applicable";
            }[];
            open_findings: number;
        };
        Checkpoint: {
            /** @description Leaves in the tree. */
            size: number;
            /** @description Root hash, hex. */
            root: string;
            /** @description The signed note (C2SP tlog-checkpoint), byte for byte. */
            note: string;
            /** Format: date-time */
            created_at: string;
            timestamps: {
                authority: string;
                /** Format: date-time */
                time: string;
            }[];
            witnesses: string[];
        };
        CollectionRun: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            connection_id: string;
            job_id: string | null;
            /** @enum {string} */
            cause: "schedule" | "demand" | "sample" | "push";
            /** @description Who sent the records, when they were pushed. */
            pushed_by: {
                actor: string;
                name: string | null;
            } | null;
            /** @enum {string} */
            state: "running" | "succeeded" | "failed" | "cancelled";
            /** Format: date-time */
            started_at: string;
            finished_at: string | null;
            records: number;
            error: string | null;
            snapshots: {
                /** Format: uuid */
                id: string;
                resource: string;
                records: number;
                complete: boolean;
                incomplete_reason: string | null;
            }[];
        };
        Connection: {
            /** Format: uuid */
            id: string;
            kind: string;
            name: string;
            /** @description Without secrets. */
            settings: {
                [key: string]: components["schemas"]["Json"];
            };
            secrets_set: string[];
            every_hours: number | null;
            next_run_at: string | null;
            /** Format: date-time */
            created_at: string;
            last_run: components["schemas"]["CollectionRun"] | null;
            active_job: {
                /** Format: uuid */
                id: string;
                /** @enum {string} */
                state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
            } | null;
        };
        Connector: {
            kind: string;
            title: string;
            description: string;
            privileges: string;
            /** @description JSON Schema of the settings; makes the guided form. */
            settings: {
                [key: string]: components["schemas"]["Json"];
            };
            secrets: string[];
            /** @description Its records are sent to Vouch, which does not collect them. */
            pushed: boolean;
            resources: {
                name: string;
                title: string;
                description: string;
                key: string[];
                columns: {
                    name: string;
                    type: string;
                    description: string;
                }[];
            }[];
        };
        Control: {
            id: string;
            code: string;
            title: string;
            description: string;
            /** @description The three letters of the code. */
            domain: string;
            kind: string;
            nature: string;
            frequency: string;
            owner_role: string;
            criteria: string[];
            implemented: boolean;
            not_applicable_reason: string | null;
            owner: string | null;
            /** @enum {string} */
            status: "effective" | "failing" | "needs_evidence" | "unknown" | "not_implemented" | "not_applicable";
            reasons: string[];
            checks: {
                id: string;
                outcome: ("pass" | "fail" | "unknown" | "not_applicable") | null;
            }[];
            documents: number;
            how: string;
            evidence: {
                id: string;
                kind: string;
                title: string;
                freshness_days: number;
            }[];
            test_procedures: string[];
            policies: string[];
            checks_detail: {
                id: string;
                title: string;
                severity: string;
                outcome: ("pass" | "fail" | "unknown" | "not_applicable") | null;
                outcome_reason: string | null;
                failed: number;
                as_of: string | null;
            }[];
            /** @description The status after each batch of checks, oldest first. */
            history: {
                /** Format: date-time */
                time: string;
                /** @enum {string} */
                status: "effective" | "failing" | "needs_evidence" | "unknown" | "not_implemented" | "not_applicable";
            }[];
        };
        ControlSummary: {
            id: string;
            code: string;
            title: string;
            description: string;
            /** @description The three letters of the code. */
            domain: string;
            kind: string;
            nature: string;
            frequency: string;
            owner_role: string;
            criteria: string[];
            implemented: boolean;
            not_applicable_reason: string | null;
            owner: string | null;
            /** @enum {string} */
            status: "effective" | "failing" | "needs_evidence" | "unknown" | "not_implemented" | "not_applicable";
            reasons: string[];
            checks: {
                id: string;
                outcome: ("pass" | "fail" | "unknown" | "not_applicable") | null;
            }[];
            documents: number;
        };
        Coverage: {
            /** Format: uuid */
            connection_id: string;
            name: string;
            kind: string;
            in_use: boolean;
            every_hours: number | null;
            /** @description Of the scheduled time; null when none was. */
            share: number | null;
            /** @description In each state. */
            milliseconds: {
                [key: string]: number;
            };
            /** @description In UTC; each is as well as its worst moment. */
            days: {
                /** Format: date */
                day: string;
                /** @enum {string} */
                state: "covered" | "waiting" | "late" | "missing" | "failed" | "incomplete" | "unscheduled" | "absent";
                gap_milliseconds: number;
            }[];
            gaps: components["schemas"]["MonitoringGap"][];
        };
        Delivery: {
            /** Format: uuid */
            id: string;
            /** @description webhook-id */
            message: string;
            kind: string;
            /** @enum {string} */
            state: "waiting" | "delivered" | "dead";
            attempts: number;
            /** Format: date-time */
            created_at: string;
            /** @description When it is tried again; null when it is not. */
            next_at: string | null;
            ended_at: string | null;
        };
        DeliveryDetail: {
            /** Format: uuid */
            id: string;
            /** @description webhook-id */
            message: string;
            kind: string;
            /** @enum {string} */
            state: "waiting" | "delivered" | "dead";
            attempts: number;
            /** Format: date-time */
            created_at: string;
            /** @description When it is tried again; null when it is not. */
            next_at: string | null;
            ended_at: string | null;
            /** Format: uuid */
            webhook_id: string;
            /** @description The body, as it is sent. */
            payload: string;
            log: {
                /** Format: date-time */
                time: string;
                took_ms: number;
                status: number | null;
                error: string | null;
                /** @description The first KB. */
                answer: string;
            }[];
        };
        Document: {
            /** Format: uuid */
            id: string;
            control_id: string;
            title: string;
            file_name: string;
            media_type: string;
            content: string;
            bytes: number;
            /** Format: date */
            covers_from: string;
            /** Format: date */
            covers_to: string;
            fresh_for_days: number;
            fresh: boolean;
            /** @description Where it came from, when whoever filed it said so. */
            source_url: string | null;
            filed_by: {
                actor: string;
                name: string | null;
            };
            /** Format: date-time */
            collected_at: string;
            ledger_entry_id: number;
        };
        Erasure: {
            /** @description What was erased, by token. */
            aliases: string[];
            /** @description Uploaded originals that were removed. */
            uploads: number;
            /** @description Snapshots that hold personal fields as they came, from before aliases: these stay. */
            plain_snapshots: number;
        };
        Exception: {
            check_id: string;
            subject_id: string;
            reason: string;
            approver: string;
            /** Format: date-time */
            expires_at: string;
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            granted_at: string;
            revoked_at: string | null;
        };
        Factors: {
            password: boolean;
            /** @description An authenticator app; null without one. */
            totp_since: string | null;
            passkeys: components["schemas"]["Passkey"][];
            /** @description Those that were not used. */
            recovery_codes: number;
        };
        FilePreview: {
            /** @description The file that is shown: the first that the pattern names. */
            name: string;
            matches: number;
            bytes: number;
            /** @enum {string} */
            format: "csv" | "json" | "jsonl" | "xlsx";
            /** @enum {string} */
            encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
            delimiter: string | null;
            sheets: string[];
            columns: {
                header: string;
                /** @enum {string} */
                type: "text" | "boolean" | "integer" | "number" | "timestamp" | "date" | "json";
                date_formats: string[];
            }[];
            rows: {
                line: number;
                cells: (string | null)[];
            }[];
            /** @description Why no more rows could be read. */
            problem: string | null;
            row_estimate: number | null;
            /** @description For the resource that was named, or else for the one that fits best. */
            suggestion: {
                resource: string;
                mapping: {
                    [key: string]: string;
                };
                date_format: string | null;
            } | null;
            /** @description For fields that hold one of a few words: which. */
            words: {
                [key: string]: string[];
            };
            /** @description What is wrong with the rows as they are mapped; null while they are not. */
            check: {
                rows: number;
                /** @description All rows were checked. */
                whole: boolean;
                /** @description How many problems there are; the first are listed. */
                count: number;
                problems: {
                    /** @description Null when it concerns the whole file. */
                    line: number | null;
                    field: string | null;
                    header: string | null;
                    message: string;
                }[];
                unknown_words: {
                    field: string;
                    word: string;
                    rows: number;
                }[];
            } | null;
        };
        /** @description The settings of the file as far as they are known: at least its name. */
        FileToPreviewInput: {
            /**
             * File
             * @description Path inside the folder, or name of an upload; * stands for any part of a name, as in people-*.csv.
             */
            file: string;
            /**
             * Holds
             * @description What one row of the file is.
             * @enum {string}
             */
            resource?: "hr.employee" | "idp.account" | "training.completion" | "hr.background_check" | "asset.device" | "vendor.vendor" | "incident.incident" | "access.review" | "vulnerability.finding";
            /**
             * Columns
             * @description For each field, the heading of the column that holds it (in JSON: the property, with dots for nested ones).
             */
            mapping?: {
                [key: string]: string;
            };
            /**
             * Values
             * @description For a field, what other words in the file mean: {"status": {"Left": "terminated"}}.
             */
            values?: {
                [key: string]: {
                    [key: string]: string;
                };
            };
            /**
             * Format
             * @description Found out from the name when empty.
             * @enum {string}
             */
            format?: "csv" | "json" | "jsonl" | "xlsx";
            /**
             * Delimiter
             * @description Found out when empty.
             */
            delimiter?: string;
            /**
             * Encoding
             * @description Found out when empty.
             * @enum {string}
             */
            encoding?: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
            /**
             * Sheet
             * @description The first sheet when empty.
             */
            sheet?: string;
            /**
             * Line of the headings
             * @description The first line that is not empty, when not given.
             */
            headerLine?: number;
            /**
             * Date format
             * @description For dates that are not written 2026-01-31, such as DD.MM.YYYY or MM/DD/YYYY HH:mm.
             */
            dateFormat?: string;
            /**
             * Decimal sign
             * @description Needed for numbers with thousands separators or a decimal comma.
             * @enum {string}
             */
            decimal?: "." | ",";
        };
        Finding: {
            /** Format: uuid */
            id: string;
            check_id: string;
            check_title: string;
            /** @enum {string} */
            severity: "low" | "medium" | "high" | "critical";
            subject_id: string;
            reason: string;
            /** @enum {string} */
            state: "open" | "excepted" | "resolved";
            /** Format: date-time */
            opened_at: string;
            /** Format: date-time */
            last_failed_at: string;
            resolved_at: string | null;
            exception: {
                /** Format: uuid */
                id: string;
                reason: string;
                approver: string;
                /** Format: date-time */
                granted_at: string;
                /** Format: date-time */
                expires_at: string;
            } | null;
        };
        FolderListing: {
            /** @description With symbolic links resolved. */
            folder: string;
            files: {
                name: string;
                bytes: number;
                /** Format: date-time */
                modified_at: string;
            }[];
            /** @description Files that are no tables by their names, or that may not be read. */
            others: number;
            /** @description There is more than is listed; a path or a pattern reaches it. */
            more: boolean;
        };
        Framework: {
            id: string;
            title: string;
            publisher: string;
            copyright: string;
            categories: {
                id: string;
                title: string;
                description: string;
            }[];
            series: {
                id: string;
                title: string;
                category: string;
            }[];
            criteria: {
                id: string;
                series: string;
                category: string;
                title: string;
                statement: string;
                points_of_focus: {
                    id: string;
                    title: string;
                    categories: string[] | null;
                }[];
            }[];
        };
        Invitation: {
            /** Format: uuid */
            id: string;
            email: string;
            role: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            expired: boolean;
        };
        Job: {
            /** Format: uuid */
            id: string;
            kind: string;
            subject: string;
            /** @enum {string} */
            state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
            message: string;
            done: number | null;
            total: number | null;
            error: string | null;
            cancel_requested: boolean;
            /** Format: date-time */
            created_at: string;
            finished_at: string | null;
        };
        /** @description Any JSON value. */
        Json: unknown;
        Key: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description Null: a service’s. */
            member: {
                /** Format: uuid */
                id: string;
                name: string;
            } | null;
            may: string[];
            /** @description The last four characters. */
            hint: string;
            made_by: {
                actor: string;
                name: string | null;
            };
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            /** @description To the minute. */
            last_used_at: string | null;
            /** @enum {string} */
            state: "in_use" | "expired" | "revoked";
            ended_at: string | null;
            /** @description Whether you may end it. */
            revocable: boolean;
        };
        Ledger: {
            origin: string;
            keys: {
                vkey: string;
                from_size: number;
                /** Format: date-time */
                created_at: string;
            }[];
            /** @description Entries that have no place in the tree yet. */
            waiting: number;
            latest: components["schemas"]["Checkpoint"] | null;
            /** @description The newest, newest first. */
            checkpoints: components["schemas"]["Checkpoint"][];
            stamping: {
                authority: string | null;
                late: boolean;
            };
            witness: {
                name: string | null;
            };
        };
        LedgerEntry: {
            id: number;
            /** @description Its place in the tree; null until it is integrated. */
            index: number | null;
            kind: string;
            /** Format: date-time */
            time: string;
            actor: string;
            subject: string;
            /** @description The leaf's bytes: canonical JSON. */
            leaf: string;
        };
        LedgerEntryDetail: {
            id: number;
            /** @description Its place in the tree; null until it is integrated. */
            index: number | null;
            kind: string;
            /** Format: date-time */
            time: string;
            actor: string;
            subject: string;
            /** @description The leaf's bytes: canonical JSON. */
            leaf: string;
            /** @description What the leaf commits to; null when it was erased. */
            content: components["schemas"]["Json"] | null;
            salt: string | null;
            canonical_content: string | null;
            proof: {
                size: number;
                /** @description Inclusion proof, base64 (RFC 6962 section 2.1.1). */
                hashes: string[];
                checkpoint: string;
                /** @description The verifier key that signed the checkpoint. */
                vkey: string;
            } | null;
        };
        LedgerProof: {
            /** @description Base64, in the order of RFC 6962. */
            hashes: string[];
        };
        LiveSession: {
            /** Format: uuid */
            id: string;
            method: string;
            second_factor: string | null;
            address: string;
            agent: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            used_at: string;
            /** Format: date-time */
            expires_at: string;
            current: boolean;
        };
        MailMessage: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            template: "invitation" | "sign_in_link" | "password_reset" | "security_notice" | "test";
            recipient: string;
            subject: string;
            /** @enum {string} */
            state: "waiting" | "sending" | "sent" | "preview" | "refused" | "given_up" | "cancelled";
            attempts: number;
            last_error: string | null;
            created_by: string;
            created_by_name: string | null;
            /** Format: date-time */
            created_at: string;
            next_attempt_at: string | null;
            /** Format: date-time */
            give_up_at: string;
            sent_at: string | null;
            /** @description It concerns a member’s own sign-in: it can be neither sent again nor called off. */
            personal: boolean;
            /** @description It was not sent, and still could be. */
            sendable: boolean;
            cancellable: boolean;
        };
        MailMessageDetail: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            template: "invitation" | "sign_in_link" | "password_reset" | "security_notice" | "test";
            recipient: string;
            subject: string;
            /** @enum {string} */
            state: "waiting" | "sending" | "sent" | "preview" | "refused" | "given_up" | "cancelled";
            attempts: number;
            last_error: string | null;
            created_by: string;
            created_by_name: string | null;
            /** Format: date-time */
            created_at: string;
            next_attempt_at: string | null;
            /** Format: date-time */
            give_up_at: string;
            sent_at: string | null;
            /** @description It concerns a member’s own sign-in: it can be neither sent again nor called off. */
            personal: boolean;
            /** @description It was not sent, and still could be. */
            sendable: boolean;
            cancellable: boolean;
            letter: {
                text: string;
                html: string;
            } | null;
        };
        Member: {
            /** Format: uuid */
            id: string;
            name: string;
            email: string;
            role: string;
            /** Format: date-time */
            joined_at: string;
            second_factor: boolean;
            /** @description Whether you may change their role or remove them. */
            changeable: boolean;
        };
        Monitoring: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            share: number | null;
            connections: components["schemas"]["Coverage"][];
        };
        MonitoringGap: {
            /** @enum {string} */
            state: "late" | "missing" | "failed" | "incomplete";
            /**
             * Format: date-time
             * @description When it began: with its connection, the name of the gap.
             */
            since: string;
            /**
             * Format: date-time
             * @description Where it begins within what was asked for.
             */
            from: string;
            /** Format: date-time */
            to: string;
            /** @description Whether it still goes on at the end. */
            open: boolean;
            reason: string;
            failures: number;
            /** @description What was not to be had whole. */
            resources: string[];
            /** @description The checks that had no fresh records because of it. */
            checks: string[];
            explanations: {
                /** Format: date-time */
                at: string;
                by: string;
                text: string;
            }[];
        };
        Organisation: {
            /** Format: uuid */
            id: string;
            slug: string;
            name: string;
            /** @description Sample data with a simulated past; never a real organisation. */
            is_sample: boolean;
            /** Format: date-time */
            created_at: string;
        };
        Overview: {
            organisation: {
                name: string;
                is_sample: boolean;
            };
            /** Format: date-time */
            as_of: string;
            /** @description How many controls have each status. */
            controls: {
                [key: string]: number;
            };
            /** @description The heat map. */
            criteria: {
                id: string;
                series: string;
                category: string;
                title: string;
                /** @enum {string} */
                status: "effective" | "failing" | "needs_evidence" | "unknown" | "not_implemented" | "not_applicable";
                reasons: string[];
            }[];
            /** @description After each batch of checks, oldest first. */
            trend: {
                /** Format: date-time */
                time: string;
                controls: {
                    [key: string]: number;
                };
            }[];
            /** @description What changed lately, newest first. */
            changes: {
                /** Format: date-time */
                time: string;
                kind: string;
                subject: string;
                sentence: string;
                href: string | null;
            }[];
            /** @description What to do next, the most worthwhile first. */
            next: {
                title: string;
                detail: string;
                href: string;
                weight: number;
            }[];
            findings: {
                open: number;
                critical: number;
                high: number;
                excepted: number;
            };
            ledger: {
                size: number;
                waiting: number;
                last_checkpoint_at: string | null;
            };
            /** @description Of the last days: the share of the scheduled time that was covered, and the gaps. */
            monitoring: {
                days: number;
                share: number | null;
                gaps: number;
                open: number;
                unexplained: number;
            };
            sources: {
                /** Format: uuid */
                id: string;
                name: string;
                kind: string;
                state: string;
                last_success_at: string | null;
            }[];
        };
        Package: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            period_from: string;
            /** Format: date-time */
            period_to: string;
            /** @description SHA-256 of manifest.json. */
            manifest: string;
            /** @description SHA-256 of the ZIP. */
            content: string;
            bytes: number;
            /** @description Leaves in the checkpoint it ends with. */
            size: number;
            /** Format: date-time */
            created_at: string;
            ledger_entry_id: number;
            /** @description Where to get it. */
            download: string;
        };
        Passkey: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description A provider keeps it on more than one device. */
            synced: boolean;
            /** Format: date-time */
            created_at: string;
            last_used_at: string | null;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: ("invalid_input" | "unauthenticated" | "sign_in_again" | "second_factor_needed" | "forbidden" | "not_found" | "conflict" | "gone" | "too_large" | "unsupported_media_type" | "unprocessable" | "rate_limited" | "source_failed" | "integrity" | "not_ready" | "storage_full") | "internal";
            reference?: string;
            fields?: {
                path: string;
                message: string;
            }[];
        };
        Provider: {
            /** Format: uuid */
            id: string;
            name: string;
            domains: string[];
            default_role: string;
            /** @description Whether somebody of its domains whom nobody invited or provisioned becomes a member by signing in. */
            admits_unknown: boolean;
            enabled: boolean;
            settings: {
                /** @constant */
                kind: "oidc";
                /**
                 * Format: uri
                 * @description As the provider writes it; its description is below it.
                 */
                issuer: string;
                client_id: string;
            } | {
                /** @constant */
                kind: "saml";
                entity_id: string;
                /**
                 * Format: uri
                 * @description Where a request to sign in is sent (HTTP-Redirect).
                 */
                sso_url: string;
                certificates: string[];
                /** @description Whether somebody may begin at the provider. It cannot be bound to their browser. */
                idp_initiated: boolean;
            };
            has_secret: boolean;
            /** @description By which it provisions people (SCIM). */
            token: {
                hint: string;
                /** Format: date-time */
                created_at: string;
                last_used_at: string | null;
            } | null;
            /** @description How many it sent or provisioned. */
            people: number;
            /** Format: date-time */
            created_at: string;
        };
        RawRecord: {
            /** @description Its line in the snapshot, from 1. */
            line: number;
            sha256: string;
            record: {
                [key: string]: components["schemas"]["Json"];
            };
        };
        Role: {
            id: string;
            title: string;
            reason: string;
            may: ("api.read" | "organisation.read" | "organisation.create" | "members.read" | "members.change" | "roles.change" | "rules.change" | "keys.make" | "keys.change" | "events.read" | "jobs.read" | "jobs.cancel" | "overview.read" | "frameworks.read" | "scope.read" | "scope.change" | "controls.read" | "controls.change" | "checks.read" | "checks.change" | "checks.run" | "exceptions.grant" | "exceptions.revoke" | "connections.read" | "connections.change" | "connections.collect" | "connections.push" | "connections.explain" | "evidence.read" | "evidence.add" | "aliases.read" | "aliases.change" | "aliases.make" | "aliases.reveal" | "aliases.erase" | "ledger.read" | "activity.read" | "packages.read" | "packages.make" | "mail.read" | "mail.change" | "webhooks.read" | "webhooks.change" | "providers.read" | "providers.change")[];
            /** @description Made by the organisation; else Vouch ships it. */
            own: boolean;
            /** @description Whether you may give it to somebody. */
            grantable: boolean;
            /** @description Whether you may change or remove it. */
            changeable: boolean;
            /** @description How many have it. */
            members: number;
        };
        Scope: {
            framework: string;
            categories: ("security" | "availability" | "confidentiality" | "processing_integrity" | "privacy")[];
            period_from: string | null;
            period_to: string | null;
        };
        Session: {
            user: {
                /** Format: uuid */
                id: string;
                name: string;
                email: string;
            } | null;
            organisation: {
                /** Format: uuid */
                id: string;
                name: string;
                is_sample: boolean;
            } | null;
            role: string | null;
            /** @description The permissions of the role. */
            may: ("api.read" | "organisation.read" | "organisation.create" | "members.read" | "members.change" | "roles.change" | "rules.change" | "keys.make" | "keys.change" | "events.read" | "jobs.read" | "jobs.cancel" | "overview.read" | "frameworks.read" | "scope.read" | "scope.change" | "controls.read" | "controls.change" | "checks.read" | "checks.change" | "checks.run" | "exceptions.grant" | "exceptions.revoke" | "connections.read" | "connections.change" | "connections.collect" | "connections.push" | "connections.explain" | "evidence.read" | "evidence.add" | "aliases.read" | "aliases.change" | "aliases.make" | "aliases.reveal" | "aliases.erase" | "ledger.read" | "activity.read" | "packages.read" | "packages.make" | "mail.read" | "mail.change" | "webhooks.read" | "webhooks.change" | "providers.read" | "providers.change")[];
            organisations: {
                /** Format: uuid */
                id: string;
                name: string;
                role: string;
            }[];
            /**
             * @description Whether messages are mailed, shown under Mail (demo, development), or neither.
             * @enum {string}
             */
            mail: "smtp" | "preview" | "off";
            /** @description What the organisation requires of a sign-in and this one lacks: nothing else of it is let out. */
            lacks: "second_factor" | null;
            /** @description Whether what is sensitive is let through without showing again who you are. */
            fresh: boolean;
            /** @description Somebody has shown the first of two factors here; what they have for the second. */
            half: {
                totp: boolean;
                passkey: boolean;
                recovery_codes: number;
            } | null;
            /**
             * @description What is missing before anybody can sign in: an owner, or an organisation and its owner.
             * @enum {string}
             */
            set_up: "done" | "owner" | "organisation";
            /** @description Begun by single sign-on: it sees this organisation and no other. */
            within: boolean;
            /** @description Why the organisation lets this session do nothing. */
            refusal: string | null;
        };
        SignInRules: {
            /** @description Members need a second factor. */
            second_factor: boolean;
        };
        SignInRulesInput: {
            /** @description Members need a second factor. */
            second_factor: boolean;
        };
        Snapshot: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            connection_id: string;
            connection_name: string;
            connection_kind: string;
            /** Format: uuid */
            run_id: string;
            /** @description Such as `git.commit`. */
            resource: string;
            /** @description SHA-256 of the canonical JSON Lines. */
            content: string;
            records: number;
            bytes: number;
            complete: boolean;
            incomplete_reason: string | null;
            /** @description The source's own count, when it gives one. */
            source_total: number | null;
            /** Format: date-time */
            collected_at: string;
            ledger_entry_id: number;
            ledger_index: number | null;
        };
        SnapshotDetail: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            connection_id: string;
            connection_name: string;
            connection_kind: string;
            /** Format: uuid */
            run_id: string;
            /** @description Such as `git.commit`. */
            resource: string;
            /** @description SHA-256 of the canonical JSON Lines. */
            content: string;
            records: number;
            bytes: number;
            complete: boolean;
            incomplete_reason: string | null;
            /** @description The source's own count, when it gives one. */
            source_total: number | null;
            /** Format: date-time */
            collected_at: string;
            ledger_entry_id: number;
            ledger_index: number | null;
            title: string;
            description: string;
            key: string[];
            columns: {
                name: string;
                /** @enum {string} */
                type: "text" | "boolean" | "integer" | "number" | "timestamp" | "date" | "json";
                description: string;
                personal: string | null;
                /** @description Stored as aliases of its values. */
                aliased: boolean;
            }[];
            /** @description What was asked of the source, with which parameters, and what it answered. */
            manifest: components["schemas"]["Json"];
            /** @description The snapshot before it of the same resource and connection. */
            previous: {
                /** Format: uuid */
                id: string;
                /** Format: date-time */
                collected_at: string;
                same: boolean;
            } | null;
            used_by: {
                check_id: string;
                title: string;
                /** Format: date-time */
                as_of: string;
                outcome: string;
            }[];
        };
        Upload: {
            name: string;
            /** @description SHA-256 of the bytes as they came; settings refer to the file by it. */
            content: string;
            bytes: number;
            /** @enum {string} */
            format: "csv" | "json" | "jsonl" | "xlsx";
        };
        Webhook: {
            /** Format: uuid */
            id: string;
            url: string;
            description: string;
            kinds: string[] | null;
            enabled: boolean;
            /**
             * @description gone: it answered 410 Gone. given_up: it failed for five days. Both are off until switched on.
             * @enum {string}
             */
            state: "on" | "failing" | "off" | "gone" | "given_up";
            failing_since: string | null;
            last_delivered_at: string | null;
            /** Format: date-time */
            secret_set_at: string;
            /** @description Until then the secret before signs too. */
            previous_until: string | null;
            waiting: number;
            dead: number;
            /** Format: date-time */
            created_at: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLedger: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ledger"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                "*": string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInclusionProof: {
        parameters: {
            query: {
                index: number;
                size: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerProof"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConsistencyProof: {
        parameters: {
            query: {
                from: number;
                to: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerProof"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEntries: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "id" | "-id";
                /** @description Words to look for. */
                q?: string;
                kind?: string;
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LedgerEntry"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerEntryDetail"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listActivity: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "id" | "-id" | "time" | "-time";
                /** @description Words to look for. */
                q?: string;
                actor?: string;
                operation?: string;
                outcome?: "done" | "refused" | "failed";
                /** @description What it was about, or what it changed. */
                subject?: string;
                subject_kind?: string;
                from?: string;
                /** @description Up to and not including. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ActivityEntry"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getActivity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActivityDetail"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportActivity: {
        parameters: {
            query?: {
                actor?: string;
                operation?: string;
                outcome?: "done" | "refused" | "failed";
                /** @description What it was about, or what it changed. */
                subject?: string;
                subject_kind?: string;
                from?: string;
                /** @description Up to and not including. */
                to?: string;
                q?: string;
                format?: "csv" | "jsonl";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": unknown;
                    "application/x-ndjson": unknown;
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followActivity: {
        parameters: {
            query?: {
                /** @description The `x-next-cursor` of the answer before; -1 for the log's beginning. */
                after?: number;
                limit?: number;
                /** @description How many seconds to wait for the next entry when there is none. */
                wait?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": unknown;
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSnapshots: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "collected_at" | "-collected_at" | "records" | "-records" | "resource" | "-resource";
                /** @description Words to look for. */
                q?: string;
                resource?: string;
                connection_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Snapshot"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SnapshotDetail"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRecords: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
                /** @description Records whose JSON contains these words, in any case. */
                q?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RawRecord"][];
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadSnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": unknown;
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDocuments: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "collected_at" | "-collected_at" | "title" | "-title";
                /** @description Words to look for. */
                q?: string;
                control_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Document"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFramework: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Framework"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrganisation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organisation"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getScope: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scope"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeScope: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    categories: ("security" | "availability" | "confidentiality" | "processing_integrity" | "privacy")[];
                    period_from: string | null;
                    period_to: string | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scope"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signInByLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chooseOrganisation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    id: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LiveSession"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ended: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    current: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                    name: string;
                    /** Format: email */
                    email: string;
                    password: string;
                    /** @description Needed when there is none yet. */
                    organisation?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lookAtInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        organisation: string;
                        email: string;
                        role: string;
                        has_account: boolean;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    join: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                    /** @description Needed for a new account. */
                    name?: string;
                    /** @description Of your account, or for the new one. */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "name" | "-name" | "email" | "-email" | "role" | "-role" | "joined_at" | "-joined_at";
                /** @description Words to look for. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Member"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A role that Vouch ships, or one of the organisation’s own. */
                    role: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    leave: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Invitation"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invite: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    /** @description A role that Vouch ships, or one of the organisation’s own. */
                    role: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        email: string;
                        role: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        expires_at: string;
                        expired: boolean;
                        /** Format: uri */
                        link: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendInvitationAgain: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        email: string;
                        role: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        expires_at: string;
                        expired: boolean;
                        /** Format: uri */
                        link: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeOrganisation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "created_at" | "-created_at" | "name" | "-name" | "expires_at" | "-expires_at" | "last_used_at" | "-last_used_at";
                /** @description Words to look for. */
                q?: string;
                state?: "in_use" | "ended";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Key"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /**
                     * @description Acts for you; else for a service of the organisation.
                     * @default true
                     */
                    personal?: boolean;
                    may: ("api.read" | "organisation.read" | "organisation.create" | "members.read" | "members.change" | "roles.change" | "rules.change" | "keys.make" | "keys.change" | "events.read" | "jobs.read" | "jobs.cancel" | "overview.read" | "frameworks.read" | "scope.read" | "scope.change" | "controls.read" | "controls.change" | "checks.read" | "checks.change" | "checks.run" | "exceptions.grant" | "exceptions.revoke" | "connections.read" | "connections.change" | "connections.collect" | "connections.push" | "connections.explain" | "evidence.read" | "evidence.add" | "aliases.read" | "aliases.change" | "aliases.make" | "aliases.reveal" | "aliases.erase" | "ledger.read" | "activity.read" | "packages.read" | "packages.make" | "mail.read" | "mail.change" | "webhooks.read" | "webhooks.change" | "providers.read" | "providers.change")[];
                    /** @default 90 */
                    days?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        /** @description Null: a service’s. */
                        member: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                        } | null;
                        may: string[];
                        /** @description The last four characters. */
                        hint: string;
                        made_by: {
                            actor: string;
                            name: string | null;
                        };
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        expires_at: string;
                        /** @description To the minute. */
                        last_used_at: string | null;
                        /** @enum {string} */
                        state: "in_use" | "expired" | "revoked";
                        ended_at: string | null;
                        /** @description Whether you may end it. */
                        revocable: boolean;
                        key: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRoles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        permissions: {
                            /** @enum {string} */
                            id: "api.read" | "organisation.read" | "organisation.create" | "members.read" | "members.change" | "roles.change" | "rules.change" | "keys.make" | "keys.change" | "events.read" | "jobs.read" | "jobs.cancel" | "overview.read" | "frameworks.read" | "scope.read" | "scope.change" | "controls.read" | "controls.change" | "checks.read" | "checks.change" | "checks.run" | "exceptions.grant" | "exceptions.revoke" | "connections.read" | "connections.change" | "connections.collect" | "connections.push" | "connections.explain" | "evidence.read" | "evidence.add" | "aliases.read" | "aliases.change" | "aliases.make" | "aliases.reveal" | "aliases.erase" | "ledger.read" | "activity.read" | "packages.read" | "packages.make" | "mail.read" | "mail.change" | "webhooks.read" | "webhooks.change" | "providers.read" | "providers.change";
                            title: string;
                            /** @description Whether a key can have it; some things only people do. */
                            for_keys: boolean;
                            /** @description Whether you may give it to a role of the organisation. */
                            grantable: boolean;
                        }[];
                        roles: components["schemas"]["Role"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeRole: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title: string;
                    reason: string;
                    may: ("api.read" | "organisation.read" | "organisation.create" | "members.read" | "members.change" | "roles.change" | "rules.change" | "keys.make" | "keys.change" | "events.read" | "jobs.read" | "jobs.cancel" | "overview.read" | "frameworks.read" | "scope.read" | "scope.change" | "controls.read" | "controls.change" | "checks.read" | "checks.change" | "checks.run" | "exceptions.grant" | "exceptions.revoke" | "connections.read" | "connections.change" | "connections.collect" | "connections.push" | "connections.explain" | "evidence.read" | "evidence.add" | "aliases.read" | "aliases.change" | "aliases.make" | "aliases.reveal" | "aliases.erase" | "ledger.read" | "activity.read" | "packages.read" | "packages.make" | "mail.read" | "mail.change" | "webhooks.read" | "webhooks.change" | "providers.read" | "providers.change")[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                    may: ("api.read" | "organisation.read" | "organisation.create" | "members.read" | "members.change" | "roles.change" | "rules.change" | "keys.make" | "keys.change" | "events.read" | "jobs.read" | "jobs.cancel" | "overview.read" | "frameworks.read" | "scope.read" | "scope.change" | "controls.read" | "controls.change" | "checks.read" | "checks.change" | "checks.run" | "exceptions.grant" | "exceptions.revoke" | "connections.read" | "connections.change" | "connections.collect" | "connections.push" | "connections.explain" | "evidence.read" | "evidence.add" | "aliases.read" | "aliases.change" | "aliases.make" | "aliases.reveal" | "aliases.erase" | "ledger.read" | "activity.read" | "packages.read" | "packages.make" | "mail.read" | "mail.change" | "webhooks.read" | "webhooks.change" | "providers.read" | "providers.change")[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mailSignInLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mailPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMail: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "created_at" | "-created_at" | "recipient" | "-recipient" | "template" | "-template" | "state" | "-state";
                /** @description Words to look for. */
                q?: string;
                state?: "waiting" | "sending" | "sent" | "preview" | "refused" | "given_up" | "cancelled";
                template?: "invitation" | "sign_in_link" | "password_reset" | "security_notice" | "test";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MailMessage"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailMessageDetail"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testMail: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendMailAgain: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelMail: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startSignOn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    to?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Where to sign in; null when the domain has no provider here. */
                        url: string | null;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeSignOn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What the provider (OIDC) added to the address. */
                    query?: string;
                    /** @description What an assertion (SAML) was exchanged for. */
                    token?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        to: string | null;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getServiceProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Provider"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addProvider: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    domains: string[];
                    /** @enum {string} */
                    default_role: "admin" | "compliance_manager" | "control_owner" | "employee" | "auditor" | "viewer";
                    /** @description Whether somebody of its domains whom nobody invited or provisioned becomes a member by signing in. */
                    admits_unknown: boolean;
                    enabled: boolean;
                    settings: {
                        /** @enum {string} */
                        kind: "oidc";
                        /**
                         * Format: uri
                         * @description As the provider writes it; its description is below it.
                         */
                        issuer: string;
                        client_id: string;
                    } | {
                        /** @enum {string} */
                        kind: "saml";
                        entity_id: string;
                        /**
                         * Format: uri
                         * @description Where a request to sign in is sent (HTTP-Redirect).
                         */
                        sso_url: string;
                        certificates: string[];
                        /** @description Whether somebody may begin at the provider. It cannot be bound to their browser. */
                        idp_initiated: boolean;
                    };
                    /** @description Of an OIDC client; kept in the vault and never shown. None: a public client. */
                    client_secret?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    domains?: string[];
                    /** @enum {string} */
                    default_role?: "admin" | "compliance_manager" | "control_owner" | "employee" | "auditor" | "viewer";
                    /** @description Whether somebody of its domains whom nobody invited or provisioned becomes a member by signing in. */
                    admits_unknown?: boolean;
                    enabled?: boolean;
                    settings?: {
                        /** @enum {string} */
                        kind: "oidc";
                        /**
                         * Format: uri
                         * @description As the provider writes it; its description is below it.
                         */
                        issuer: string;
                        client_id: string;
                    } | {
                        /** @enum {string} */
                        kind: "saml";
                        entity_id: string;
                        /**
                         * Format: uri
                         * @description Where a request to sign in is sent (HTTP-Redirect).
                         */
                        sso_url: string;
                        certificates: string[];
                        /** @description Whether somebody may begin at the provider. It cannot be bound to their browser. */
                        idp_initiated: boolean;
                    };
                    /** @description Of an OIDC client; kept in the vault and never shown. None: a public client. */
                    client_secret?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testProvider: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ok: boolean;
                        message: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeProviderToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        token: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endProviderToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProviderPeople: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            user_name: string;
                            name: string;
                            email: string | null;
                            active: boolean;
                            /** @description Whether they came by it yet. */
                            signed_in: boolean;
                            /** @description As a member; null when they are none. */
                            role: string | null;
                            groups: string[];
                            /** @description Why an active person is no member. */
                            why_not: string | null;
                        }[];
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProviderGroups: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                            role: string | null;
                            people: number;
                        }[];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeProviderGroup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    role: ("admin" | "compliance_manager" | "control_owner" | "employee" | "auditor" | "viewer") | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSignInRule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sso_required: boolean;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeSignInRule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    sso_required: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sso_required: boolean;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFactors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Factors"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key: string;
                        /** @description For the QR code that the app reads. */
                        address: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    code: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description With the first second factor; shown once. Null for who has them. */
                        recovery_codes: string[] | null;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        recovery_codes: string[];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        rp: {
                            id: string;
                            name: string;
                        };
                        user: {
                            id: string;
                            name: string;
                            displayName: string;
                        };
                        challenge: string;
                        pubKeyCredParams: {
                            alg: number;
                            /** @enum {string} */
                            type: "public-key";
                        }[];
                        timeout: number;
                        excludeCredentials: {
                            id: string;
                            /** @enum {string} */
                            type: "public-key";
                            transports?: string[];
                        }[];
                        authenticatorSelection: {
                            /** @enum {string} */
                            residentKey: "required";
                            /** @enum {boolean} */
                            requireResidentKey: true;
                            /** @enum {string} */
                            userVerification: "required";
                        };
                        /** @enum {string} */
                        attestation: "none";
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    passkey: {
                        id: string;
                        rawId: string;
                        /** @enum {string} */
                        type: "public-key";
                        response: {
                            clientDataJSON: string;
                            attestationObject: string;
                            /** @default [] */
                            transports?: string[];
                        };
                        /** @default {} */
                        clientExtensionResults?: Record<string, never>;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description With the first second factor; shown once. Null for who has them. */
                        recovery_codes: string[] | null;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    giveSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    code: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askForPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        rpId: string;
                        challenge: string;
                        timeout: number;
                        /** @enum {string} */
                        userVerification: "required";
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signInByPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    passkey: {
                        id: string;
                        rawId: string;
                        /** @enum {string} */
                        type: "public-key";
                        response: {
                            clientDataJSON: string;
                            authenticatorData: string;
                            signature: string;
                            userHandle?: string | null;
                        };
                        /** @default {} */
                        clientExtensionResults?: Record<string, never>;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showAgain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    password: string;
                } | {
                    code: string;
                } | {
                    passkey: {
                        id: string;
                        rawId: string;
                        /** @enum {string} */
                        type: "public-key";
                        response: {
                            clientDataJSON: string;
                            authenticatorData: string;
                            signature: string;
                            userHandle?: string | null;
                        };
                        /** @default {} */
                        clientExtensionResults?: Record<string, never>;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSignInRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInRules"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeSignInRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInRulesInput"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInRules"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listControls: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ControlSummary"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getControl: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Control"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeControl: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    implemented?: boolean;
                    not_applicable_reason?: string | null;
                    owner?: string | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Control"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listConnectors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Connector"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listConnections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Connection"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    kind: string;
                    name: string;
                    /** @description By the connector’s schema; secrets included here are moved to the vault. */
                    settings: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    /** @default 24 */
                    every_hours?: number | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    kind: string;
                    settings: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    /** Format: uuid */
                    connection_id?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ok: boolean;
                        message: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFolder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    folder: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FolderListing"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    place: {
                        /**
                         * Folder
                         * @description Folder on this machine that holds the files. Nothing outside it is read.
                         */
                        folder?: string;
                        /**
                         * Uploads
                         * @description Files that were uploaded, by name and the SHA-256 of their content, instead of a folder.
                         */
                        uploads?: {
                            name: string;
                            content: string;
                        }[];
                    };
                    file: components["schemas"]["FileToPreviewInput"];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilePreview"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** @description A secret that is left out stays as it is. */
                    settings?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    every_hours?: number | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRuns: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "started_at" | "-started_at";
                /** @description Words to look for. */
                q?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["CollectionRun"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        job_id: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMonitoring: {
        parameters: {
            query?: {
                /** @description How many days back, in UTC. */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Monitoring"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCoverage: {
        parameters: {
            query?: {
                /** @description How many days back, in UTC. */
                days?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coverage"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainGap: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description When the gap began.
                     */
                    since: string;
                    text: string;
                    /** @description Who says so. */
                    by: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MonitoringGap"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChecks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["CheckSummary"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addCheck: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title: string;
                    description: string;
                    subject: string;
                    controls: string[];
                    /** @enum {string} */
                    severity: "low" | "medium" | "high" | "critical";
                    fresh_for_hours: number;
                    remediation: string;
                    resources: string[];
                    sql: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Check"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runChecks: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        job_id: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewNewCheck: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    resources: string[];
                    sql: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckPreview"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCheckTables: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            table: string;
                            resource: string;
                            columns: {
                                name: string;
                                type: string;
                                description: string;
                            }[];
                            title: string;
                            /** @description In the newest snapshots; null when none was collected yet. */
                            records: number | null;
                        }[];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCheck: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Check"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeCheck: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    enabled?: boolean;
                    sql?: string;
                    parameters?: {
                        [key: string]: string | number | boolean;
                    };
                    /** @description Only of a check of one’s own. */
                    details?: {
                        title?: string;
                        description?: string;
                        subject?: string;
                        controls?: string[];
                        /** @enum {string} */
                        severity?: "low" | "medium" | "high" | "critical";
                        fresh_for_hours?: number;
                        remediation?: string;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Check"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetCheck: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Check"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewCheck: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    sql: string;
                    parameters?: {
                        [key: string]: string | number | boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckPreview"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listResults: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "subject_id" | "-subject_id" | "status" | "-status";
                /** @description Words to look for. */
                q?: string;
                status?: "pass" | "fail" | "unknown" | "not_applicable";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["CheckResult"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCheckRuns: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "as_of" | "-as_of";
                /** @description Words to look for. */
                q?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["CheckRun"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFindings: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "opened_at" | "-opened_at" | "check_id" | "-check_id";
                /** @description Words to look for. */
                q?: string;
                state?: "open" | "excepted" | "resolved";
                check_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Finding"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    grantException: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    check_id: string;
                    subject_id: string;
                    reason: string;
                    approver: string;
                    /** Format: date-time */
                    expires_at: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Exception"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeException: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPackages: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "created_at" | "-created_at";
                /** @description Words to look for. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Package"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makePackage: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date
                     * @description First day, UTC. The organisation’s first when left out.
                     */
                    from?: string;
                    /**
                     * Format: date
                     * @description Last day, UTC. Today when left out.
                     */
                    to?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        job_id: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadPackage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": unknown;
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Webhook"][];
                        kinds: {
                            kind: string;
                            means: string;
                        }[];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uri */
                    url: string;
                    /** @default  */
                    description?: string;
                    /**
                     * @description The kinds of events that it is sent; null: all, and those that come later.
                     * @default null
                     */
                    kinds?: ("scope.changed" | "framework.adopted" | "control.changed" | "check.changed" | "connection.changed" | "collection.completed" | "collection.failed" | "gap.explained" | "checks.completed" | "exception.granted" | "exception.revoked" | "document.filed" | "member.changed" | "key.changed" | "access_rule.changed" | "role.changed" | "person.erased" | "ledger.key_rotated" | "package.exported" | "findings.opened" | "findings.resolved")[] | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        url: string;
                        description: string;
                        kinds: string[] | null;
                        enabled: boolean;
                        /**
                         * @description gone: it answered 410 Gone. given_up: it failed for five days. Both are off until switched on.
                         * @enum {string}
                         */
                        state: "on" | "failing" | "off" | "gone" | "given_up";
                        failing_since: string | null;
                        last_delivered_at: string | null;
                        /** Format: date-time */
                        secret_set_at: string;
                        /** @description Until then the secret before signs too. */
                        previous_until: string | null;
                        waiting: number;
                        dead: number;
                        /** Format: date-time */
                        created_at: string;
                        /** @description Begins with whsec_. Shown this once. */
                        secret: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uri */
                    url?: string;
                    description?: string;
                    /** @description The kinds of events that it is sent; null: all, and those that come later. */
                    kinds?: ("scope.changed" | "framework.adopted" | "control.changed" | "check.changed" | "connection.changed" | "collection.completed" | "collection.failed" | "gap.explained" | "checks.completed" | "exception.granted" | "exception.revoked" | "document.filed" | "member.changed" | "key.changed" | "access_rule.changed" | "role.changed" | "person.erased" | "ledger.key_rotated" | "package.exported" | "findings.opened" | "findings.resolved")[] | null;
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description How long the present secret signs beside the new one; 0 when it leaked.
                     * @default 24
                     */
                    overlap_hours?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        url: string;
                        description: string;
                        kinds: string[] | null;
                        enabled: boolean;
                        /**
                         * @description gone: it answered 410 Gone. given_up: it failed for five days. Both are off until switched on.
                         * @enum {string}
                         */
                        state: "on" | "failing" | "off" | "gone" | "given_up";
                        failing_since: string | null;
                        last_delivered_at: string | null;
                        /** Format: date-time */
                        secret_set_at: string;
                        /** @description Until then the secret before signs too. */
                        previous_until: string | null;
                        waiting: number;
                        dead: number;
                        /** Format: date-time */
                        created_at: string;
                        /** @description Begins with whsec_. Shown this once. */
                        secret: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description At most 30 days ago.
                     */
                    since: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        queued: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description Rows in a page. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A column, with a minus sign for descending. */
                sort?: "created_at" | "-created_at";
                /** @description Words to look for. */
                q?: string;
                state?: "waiting" | "delivered" | "dead";
                kind?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Delivery"][];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetail"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOverview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAliases: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Aliases"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeAliases: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    values: {
                        /** @enum {string} */
                        kind: "name" | "email" | "address" | "phone" | "government_id";
                        value: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description In the order of what was asked. */
                        items: {
                            alias: string;
                        }[];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeAliasSetting: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AliasSettingInput"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Aliases"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revealAliases: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Aliases, whole or only their token. */
                    aliases: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            alias: string;
                            kind: ("name" | "email" | "address" | "phone" | "government_id") | null;
                            /** @description Null when it was erased, or never was one. */
                            value: string | null;
                        }[];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    erasePerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default [] */
                    values?: string[];
                    /** @default [] */
                    aliases?: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addDocument: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Document"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pushRecords: {
        parameters: {
            query: {
                /** @description What the records are, such as `hr.employee`. */
                resource: string;
                /** @description How many records the source counts itself. */
                total?: number;
                /** @description Whether these are all records of the source. If not, checks over them are unknown. */
                complete?: "true" | "false";
                /** @description Why they are not all records. */
                reason?: string;
                /** @description The source's own clock when it was read. */
                source_clock?: string;
            };
            header?: {
                /** @description The same key and the same request within 24 hours get the same answer, and nothing is done twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionRun"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "event:scope.changed": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "scope.changed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        framework: string;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:framework.adopted": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "framework.adopted";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        framework: string;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:control.changed": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "control.changed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        control: string;
                        implemented: boolean;
                        applicable: boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:check.changed": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "check.changed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        check: string;
                        version: string;
                        enabled: boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:connection.changed": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "connection.changed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        /** Format: uuid */
                        connection: string;
                        connector: string;
                        archived: boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:collection.completed": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "collection.completed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        /** Format: uuid */
                        connection: string;
                        /** Format: uuid */
                        run: string;
                        snapshots: number;
                        records: number;
                        complete: boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:collection.failed": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "collection.failed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        /** Format: uuid */
                        connection: string;
                        /** Format: uuid */
                        run: string;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:gap.explained": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "gap.explained";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        /** Format: uuid */
                        connection: string;
                        /** Format: date-time */
                        since: string;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:checks.completed": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "checks.completed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        /** Format: uuid */
                        batch: string;
                        checks: number;
                        passed: number;
                        failed: number;
                        unknown: number;
                        not_applicable: number;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:exception.granted": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "exception.granted";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        /** Format: uuid */
                        exception: string;
                        check: string;
                        /** Format: date-time */
                        expires_at: string;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:exception.revoked": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "exception.revoked";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        /** Format: uuid */
                        exception: string;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:document.filed": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "document.filed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        /** Format: uuid */
                        document: string;
                        control: string;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:member.changed": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "member.changed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        /** Format: uuid */
                        member: string;
                        role: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:key.changed": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "key.changed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        /** Format: uuid */
                        key: string;
                        ended: boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:access_rule.changed": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "access_rule.changed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        rule: string;
                        required: boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:role.changed": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "role.changed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        role: string;
                        removed: boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:person.erased": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "person.erased";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        /** Format: uuid */
                        erasure: string;
                        aliases: string[];
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:ledger.key_rotated": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "ledger.key_rotated";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:package.exported": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "package.exported";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        /** Format: uuid */
                        package: string;
                        /** Format: date-time */
                        from: string;
                        /** Format: date-time */
                        to: string;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:findings.opened": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "findings.opened";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        check: string;
                        /** Format: uuid */
                        batch: string;
                        count: number;
                        /** @description The first hundred. */
                        findings: string[];
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:findings.resolved": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "findings.resolved";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                        check: string;
                        /** Format: uuid */
                        batch: string;
                        count: number;
                        /** @description The first hundred. */
                        findings: string[];
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "event:webhook.test": {
        parameters: {
            query?: never;
            header: {
                /** @description The same at each attempt: what was seen before can be passed over. */
                "webhook-id": string;
                /** @description When it was sent: seconds since 1970. */
                "webhook-timestamp": string;
                /** @description v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "webhook.test";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    data: {
                        /** Format: uuid */
                        organisation: string;
                        /** @description The entry of the ledger that it follows from. */
                        entry: number | null;
                        /** @description user:ID, key:ID, operator or system. */
                        actor: string;
                        /** @description The id of what it is about. */
                        subject: string;
                        /** @description Where to look at it: a path of this installation. */
                        page: string;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody wants it any more: the endpoint is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has arrived. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
