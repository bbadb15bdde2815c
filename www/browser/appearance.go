package browser

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Emulate sets the size of the page in CSS pixels and its media features, such as "prefers-color-scheme": "dark".
func (p *Page) Emulate(t testing.TB, width, height int64, features map[string]string) {
	t.Helper()
	p.Do(t,
		chromedp.EmulateViewport(width, height),
		chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			params := emulation.SetEmulatedMediaParams{}
			for name, value := range features {
				params.Features = append(params.Features, &emulation.MediaFeature{Name: name, Value: value})
			}
			_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, params)
			return err
		}),
	)
}

// Screenshot writes a picture of the whole page to build/screenshots/<name>.png and returns its path.
func (p *Page) Screenshot(t testing.TB, name string) string {
	t.Helper()
	picture := get(t, p, "Screenshot", stepTimeout, chromedp.FullScreenshot(100))
	path := filepath.Join(Root(t), "build", "screenshots", name+".png")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
