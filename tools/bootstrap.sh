# Sourced by the npm scripts in the project's folder: the npm packages of the lock file, the pinned Node among them,
# and the one library that this Node needs and a bare Debian lacks. Shell, because until then no Node may run.
set -e

if ! test node_modules/.package-lock.json -nt package-lock.json; then
  echo 'npm packages…'
  # The system's Node, which may be old, runs npm alone: its warnings about engines mislead.
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
fi

if test -e node_modules/.bin/node && ! node_error=$(node_modules/.bin/node --version 2>&1); then
  case $node_error in
    *libatomic*) ;;
    *) echo "The pinned Node does not start: $node_error" >&2; exit 1 ;;
  esac
  install='apt-get install --yes --no-install-recommends libatomic1'
  if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    printf 'Node needs a library that is missing. Run this as root, then start again:\n  %s\n' "$install" >&2
    exit 1
  fi
  echo 'With apt, this installs libatomic1 for Node, and then the Debian packages that LouCloud needs, which it names.'
  if [ -t 0 ] && [ -t 1 ]; then
    printf '  Go on? [Y/n] '
    read -r answer
    case $answer in [nN]*) echo 'Nothing was installed.' >&2; exit 1 ;; esac
    export LOUCLOUD_APT_AGREED=yes # asked once, not twice
  fi
  PATH=$PATH:/usr/sbin:/sbin # dpkg insists on them; root by plain `su` lacks them
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install; }; then
    printf 'apt-get could not install the library: its messages above say why. By hand:\n  %s\n' "$install" >&2
    exit 1
  fi
fi
