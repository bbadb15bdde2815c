package site

import (
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"sync"
	"time"
)

// cache keeps each file in each encoding that was asked for. It is bounded by what the directory holds.
type cache struct {
	mu      sync.Mutex
	entries map[key]*entry
}

type key struct {
	name string
	as   choice
}

type entry struct {
	once    sync.Once
	size    int64
	modTime time.Time

	content []byte
	as      encoding // identity where compression gains nothing and need not be
	etag    string
	err     error
}

// get returns the file, read and compressed once for each of its versions. Callers that ask while that is under way
// wait for it.
func (c *cache) get(fsys fs.FS, name string, as choice, info fs.FileInfo) (*entry, error) {
	c.mu.Lock()
	e, ok := c.entries[key{name, as}]
	if !ok || e.size != info.Size() || !e.modTime.Equal(info.ModTime()) {
		e = &entry{size: info.Size(), modTime: info.ModTime()}
		c.entries[key{name, as}] = e
	}
	c.mu.Unlock()

	e.once.Do(func() { e.fill(fsys, name, as) })
	if e.err != nil {
		c.mu.Lock()
		if c.entries[key{name, as}] == e {
			delete(c.entries, key{name, as})
		}
		c.mu.Unlock()
	}
	return e, e.err
}

func (e *entry) fill(fsys fs.FS, name string, as choice) {
	plain, err := fs.ReadFile(fsys, name)
	if err != nil {
		e.err = err
		return
	}
	e.content = plain
	if as.encoding != identity && (len(plain) >= minCompress || as.must) {
		packed, err := compress(plain, as.encoding)
		if err != nil {
			e.err = err
			return
		}
		if len(packed) < len(plain) || as.must {
			e.content, e.as = packed, as.encoding
		}
	}
	sum := sha256.Sum256(plain)
	e.etag = `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + string(e.as) + `"`
}
