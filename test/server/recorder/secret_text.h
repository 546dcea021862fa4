#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// What stands where a secret was.
constexpr std::string_view hidden = "***";

/// Whether something of this name is a secret: `db.password`, `apiKey`, `Authorization`.
bool soundsSecret(std::string_view name);

/// SQL without the values of what sounds secret ('db.password' = '***'), and in statements with the
/// word CONNECTOR without any value but that of connector.class.
/// @param[out] found if given, the values that were hidden are added
std::string withoutSecrets(std::string_view sql, std::vector<std::string>* found = nullptr);

/// The same for text that may have a piece of SQL in it, as a server's messages do.
std::string messageWithoutSecrets(std::string_view text);

}  // namespace ksqldb::server
