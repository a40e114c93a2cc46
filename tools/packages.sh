#!/usr/bin/env bash
# packages.sh FILE: installs the Debian packages named in FILE that are missing. Services that packages would start are kept from starting.
# Without the right to install it prints the exact line to run and exits 1.
set -euo pipefail
list=$1

installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}, ${Provides}\n' 2>/dev/null | sed -n 's/^ii //p' | tr ',' '\n' | awk '{print $1}' | sort -u)
missing=()
while read -r package; do
  grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
done < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$list")
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    as_root=(sudo)
  else
    echo "These Debian packages are missing. As root, run:" >&2
    echo "  apt-get update && apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
fi

echo "Debian packages: ${missing[*]} ..."
# A policy that forbids starts, for the time of the installation only: Refectory starts its own broker and databases.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
log=$(mktemp)
if ! { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -qq -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "The installation failed; its last lines are above, all of it is in $log." >&2
  exit 1
fi
rm -f "$log"
