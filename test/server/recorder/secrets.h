#pragma once

#include "../recording.h"
#include "secret_text.h"

#include <string>
#include <string_view>

namespace ksqldb::server {

/// Takes what is secret out of a recording and puts `***` there: headers that carry credentials;
/// parameters of the path and members of JSON whose names sound secret; what SQL sets for such a
/// name; the configuration of connectors. In bodies it looks where tokens are issued (/oauth/token)
/// and where statements are sent (/ksql, /query, /query-stream, below a base path, too). What
/// cannot be read there, and may have secrets, is hidden as a whole. A content-length follows.
void removeSecrets(Recording& recording);

/// Whether this path of a request is one where tokens are issued.
bool issuesTokens(std::string_view target);

/// A request's path with `***` for parameters whose names sound secret.
std::string pathWithoutSecrets(std::string_view target);

}  // namespace ksqldb::server
